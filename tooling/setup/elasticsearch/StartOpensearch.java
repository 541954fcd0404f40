import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Collection;
import java.util.List;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.env.Environment;
import org.opensearch.node.Node;
import org.opensearch.plugins.PluginInfo;

/** One node of OpenSearch on 127.0.0.1, from the jars of Maven Central: the server without its modules. */
public final class StartOpensearch extends Node {
  @SuppressWarnings({"unchecked", "rawtypes"})
  private StartOpensearch(Environment environment) throws ClassNotFoundException {
    super(environment, (Collection) List.of(netty()), true);
  }

  /** A class in 2.x, its description in 3.x. */
  private static Object netty() throws ClassNotFoundException {
    String name = "org.opensearch.transport.Netty4ModulePlugin";
    try {
      Class.forName(name);
    } catch (ClassNotFoundException absent) {
      name = "org.opensearch.transport.Netty4Plugin";
    }
    if (Version.CURRENT.major < 3) return Class.forName(name);
    return new PluginInfo(name, "", "NA", Version.CURRENT, "17", name, null, List.of(), false);
  }

  public static void main(String[] args) throws Exception {
    Path home = Paths.get(args[1]);
    Path config = Files.createDirectories(home.resolve("config"));
    Settings settings = Settings.builder()
        .put("path.home", home.toString())
        .put("node.name", "real")
        .put("discovery.type", "single-node")
        .put("network.host", "127.0.0.1")
        .put("http.port", args[0])
        .put("transport.port", "0")
        .put("http.type", "netty4")
        .put("transport.type", "netty4")
        .put("cluster.routing.allocation.disk.threshold_enabled", false)
        .build();
    new StartOpensearch(new Environment(settings, config)).start();
    System.out.println("started");
    Thread.currentThread().join();
  }
}
