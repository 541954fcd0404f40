// In this package because the parts that take plugins from the class path are its own.
package org.elasticsearch.node;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.plugins.MockPluginsService;
import org.elasticsearch.plugins.PluginsLoader;
import org.elasticsearch.plugins.PluginsService;
import org.elasticsearch.transport.netty4.Netty4Plugin;

/** One node of Elasticsearch on 127.0.0.1, from the jars of Maven Central: the server without its modules. */
public final class StartElasticsearch {
  public static void main(String[] args) throws Exception {
    LogConfigurator.configureESLogging();
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
    NodeServiceProvider provider = new NodeServiceProvider() {
      @Override
      PluginsService newPluginService(Environment environment, PluginsLoader loader) {
        return new MockPluginsService(environment.settings(), environment, List.of(Netty4Plugin.class));
      }
    };
    Environment environment = new Environment(settings, config);
    new Node(NodeConstruction.prepareConstruction(environment, null, provider, true)).start();
    System.out.println("started");
    Thread.currentThread().join();
  }
}
