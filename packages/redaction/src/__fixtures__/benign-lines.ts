/** Telemetry without a secret in it, much of it chosen for looking as if it had one. Every line has to stay as it is. */
export const BENIGN_LINES: readonly string[] = String.raw`
2026-03-01T03:41:07.123Z ERROR [api-gateway] connection pool exhausted (max=10 used=10 waiting=37) trace_id=4bf92f3577b34da6a3ce929d0e0e4736 span_id=00f067aa0ba902b7
2026-03-01 03:41:07,123 [http-nio-8080-exec-3] WARN  c.s.o.OrderService - slow query took 8213 ms for order 5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e
01/Mar/2026:03:41:07 +0000 "GET /api/v1/users/42/orders?limit=50&offset=100&sort=created_at HTTP/1.1" 200 5316 "-" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36" 0.182
{"level":"info","ts":1772336467.123456,"caller":"server/server.go:142","msg":"request done","method":"GET","path":"/healthz","status":200,"duration_ms":3.2}
{"timeUnixNano":"1772336467123456789","severityNumber":17,"traceId":"4bf92f3577b34da6a3ce929d0e0e4736","spanId":"00f067aa0ba902b7"}
level=info ts=2026-03-01T03:41:07.123456789Z caller=main.go:91 msg="Server started" addr=0.0.0.0:8080 version=2.14.3 revision=9fceb02d0ae598e95dc970b74767f19372d61af8
traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
commit 9fceb02d0ae598e95dc970b74767f19372d61af8 (HEAD -> main, tag: v2.14.3)
Successfully pulled image "registry.shop.example:5000/api-gateway@sha256:3b5d5c3712955042212316173ccf37be800f6d5e0f6a0f1c7a2f9a5f6d3c2b1a" in 1.2s
Pulling image ghcr.io/shop/api-gateway:v2.14.3@sha256:1245d5c3712955042212316173ccf37be800f6d5e0f6a0f1c7a2f9a5f6d3c2b1a
pod/api-gateway-7d9c6b5f4d-x2k8p Back-off restarting failed container api in pod api-gateway-7d9c6b5f4d-x2k8p_shop(5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e)
Scaled up replica set api-gateway-64469b5b48 to 3 from 1
containerd://sha256:3b5d5c3712955042212316173ccf37be800f6d5e0f6a0f1c7a2f9a5f6d3c2b1a
docker://nginx:1.27-alpine
Node ip-10-0-12-34.eu-west-1.compute.internal status is now: NodeNotReady
arn:aws:ecs:eu-west-1:123456789012:task/shop/0123456789abcdef0123456789abcdef
AROAEXAMPLEEXAMPLEEX:session assumed role arn:aws:iam::123456789012:role/deployer
i-0abcd1234efgh5678 vol-049df61146c4d7901 sg-903004f8 subnet-0bb1c79de3EXAMPLE
http://user-service.shop.svc.cluster.local:8080/users/17?include=orders
jdbc:postgresql://orders-db.shop.svc:5432/orders?ssl=true&ApplicationName=orders
postgres://orders-db:5432/orders
mongodb://mongo-0:27017,mongo-1:27017,mongo-2:27017/shop?replicaSet=rs0
amqp://rabbitmq:5672/%2f
kafka bootstrap.servers=broker-0:9092,broker-1:9092 group.id=orders client.id=orders-1
hdfs://namenode-1:9000]
http://localhost:4873/@shop/ui-kit/-/ui-kit-1.2.3.tgz
node_modules/.pnpm/@shop+logger@1.4.2_abc123/node_modules/@shop/logger/dist/index.js:42:13
lodash@4.17.21.tgz react@19.0.0-rc.1 typescript@5.9.2 x@v1.beta3
at com.shop.orders.OrderService$$EnhancerBySpringCGLIB$$1a2b3c4d.place(<generated>)
com.shop.Order@1b6d3586 cannot be cast to com.shop.Invoice
	at org.springframework.web.servlet.FrameworkServlet.service(FrameworkServlet.java:897)
	at java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)
goroutine 17 [select, 3 minutes]: main.(*pool).get(0xc0000b2000, 0x1, 0x0) /app/pool.go:88 +0x1d4
File "/app/payments/client.py", line 212, in charge
panic: runtime error: index out of range [5] with length 3
Segmentation fault (core dumped) at 0x7ffd5e3c1a20 pid 4815 tid 162342
Out of memory: Killed process 12345 (java) total-vm:8123456kB, anon-rss:4123456kB, file-rss:0kB
heap=4294967296 used=4111111111111111 max_bytes=4222222222222
offset=4111111111111111 lsn=5105105105105100 seq=4012888888881881
nanos=4111111111111111 duration_ns=378282246310005
span_id=4539578763621486 parentSpanId: "4024007103939509"
blk_-5195120009388265 blk_4378525878322523713
1772336467 1772336467123 1772336467123456 1772336467123456789
start=1795405140000 end=1795405140123 step=15
GET /api/v1/query?query=pool_max+%40+1795405140&time=1795405140.123
p50=0.093 p95=0.812 p99=8.204 rate=412.7/s errors=12.3% ratio=0.123456789012345
distances=[0, 50, 1200, 3400] stations=4 4 6 8
latency buckets 0.005 0.01 0.025 0.05 0.1 0.25 0.5 1 2.5 5 10 +Inf
http_request_duration_seconds_bucket{le="0.25",service="api-gateway",code="200"} 24054
rate(http_requests_total{job="api",code=~"5.."}[5m]) / rate(http_requests_total{job="api"}[5m]) > 0.1
histogram_quantile(0.99, sum by (le) (rate(request_duration_seconds_bucket[5m])))
{"error":"invalid_token","error_description":"The access token expired"}
authentication failed: token expired
Token: expired at 2026-03-01T03:41:07Z
token: missing
invalid token: unexpected end of input
JSON parse error: Unexpected token: } at position 512
SyntaxError: Unexpected token 'export'
SyntaxError: Unexpected token < in JSON at position 0
ExpiredToken: The security token included in the request is expired
InvalidToken: Token is bad or was revoked
Token: Token { kind: ContainerToken, service: 172.22.149.145:28345 }
prompt_tokens=1523 completion_tokens=231 total_tokens=1754 max_tokens=4096
{"usage":{"input_tokens":1523,"output_tokens":231},"max_tokens":1024}
token_type=Bearer expires_in=3600 token_ttl=3600s token_count=12
{"token_endpoint":"https://login.shop.example/oauth2/token","token_url":"https://login.shop.example/t"}
nextPageToken: CAUQAA page_token=CAUQAA continuation-token=MDEyMzQ1Njc4OTAxMjM0NTY3ODkw
next_token="eDp5Ono" limit=100
rate limiter: token bucket empty, tokens=0 capacity=100 refill=10/s
Access denied for user 'app'@'10.0.3.7' (using password: YES)
Failed password for invalid user admin from 203.0.113.7 port 51022 ssh2
password authentication failed for user "orders"
FATAL:  password authentication failed for user "orders" (SQLSTATE 28P01)
Password: must be at least 12 characters long
password is required
password: required
The password field is required
password reset mail queued for user 4711
UsernamePasswordAuthenticationFilter: Did not match request to Ant [pattern='/login', POST]
PasswordController: rendering login form
password=******** user=app
password=${'$'}{DB_PASSWORD} user=app
password={{ .Values.db.password }}
password=<redacted> token=[FILTERED] secret=(hidden)
passwordPolicy=strict passwordMinLength=12 password_file=/run/secrets/db
PWD=/usr/src/app OLDPWD=/root HOME=/root
pass=12 fail=0 skip=3
tests: pass: 128, fail: 0
MountVolume.SetUp failed for volume "creds" : secret "db-credentials" not found
secretName: db-credentials secretKeyRef=db-credentials/password
imagePullSecrets: [{name: regcred}]
secrets "db-credentials-2026" is forbidden: User "system:serviceaccount:shop:deployer" cannot get resource "secrets"
Secret db-credentials-v2 mounted at /var/run/secrets/db
key=user:42:profile cache=miss ttl=300
partition_key=orders-2026-03 sort_key=created_at primary_key=id foreign_key=user_id
cache key 4bf92f3577b34da6a3ce929d0e0e4736 evicted
Duplicate entry '42' for key 'users.PRIMARY'
duplicate key value violates unique constraint "orders_pkey" Detail: Key (id)=(42) already exists.
idempotency_key=5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e public_key_id=k1 host_key=ok
routing_key=orders.created.v1 exchange=shop queue=billing
access_key_id=none session=5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e
sessionid:0x14ed93111f20027 closed, session timeout 40000
auth=none auth: disabled auth_type=oidc authenticated=true author=deploy-bot
Authorization: missing
Authorization header is missing
WWW-Authenticate: Bearer realm="shop", error="invalid_token"
Bearer token is missing or malformed
Basic authentication is not enabled
basic settings loaded
Basic Information about the cluster
cookies disabled; cookie: missing
no cookie in request
signature=verified signature mismatch: method signature foo(int, string)
code=500 code=ECONNREFUSED status_code=503 exit_code=137 reason=OOMKilled
error code: 4111 sub 2222
invoice 4111-1111-1111 page 3
order 4111111111111112 accepted
1234 5678 9012 3456
ISBN 978-3-16-148410-0
192.0.2.17:51022 -> 10.0.3.7:8443 [2001:db8::8a2e:370:7334]:443 00:1b:44:11:3a:b7
client 203.0.113.7 country=DE asn=3320
phone home every 30s mobile=true
+Inf -Inf NaN 1e+12 +1234567 +0530 UTC+02:00
2026-03-01T03:41:07+01:00 offset +02:00
delta +1795405140 since start
ticket OPS-123-45-6789 build 1.2.3-45-6789
219-09-99 1219-09-9999 219-09-99999
DE89 trains DE12 left GB00 arrived
DE89370400440532013001
git clone git@github.com:shop/api-gateway.git
git@gitlab.shop.example:platform/deploy.git
rabbit@rabbitmq-0.rabbitmq.shop.svc.cluster.local
kafka@broker-0.broker.svc
system:serviceaccount:shop:api-gateway
user@host without a dot
@Transactional @Retry(maxAttempts=3) class OrderService
css .sk-folding-cube-animation-container-large { }
task-queue-worker-high-priority-01 disk-usage-alert-rule-production-eu
framework.something.longlonglong.components
npm_config_registry=http://registry.shop.example npm_lifecycle_event=build
pypi-mirror.shop.example/simple
AKIA is a prefix, ASIA too; EYJA too; eyJ alone is none
-----BEGIN CERTIFICATE-----
-----BEGIN PUBLIC KEY-----
LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJ
feature-flag checkout-v2 on for 5 % of users
replicas=3 cpu=250m memory=512Mi limit=1Gi maxPoolSize: 100 -> 10
POOL_MAX: 100 => 10
ARGOCD_APP_NAME=api-gateway ARGOCD_APP_REVISION=9fceb02d0ae598e95dc970b74767f19372d61af8
SECRET_NAME=db TOKEN_TTL=3600 PASSWORD_MIN_LENGTH=12 TOKEN_ENDPOINT_URL=x
KEY_PREFIX=shop: AUTH_MODE=oidc API_VERSION=v1
sha1=da39a3ee5e6b4b0d3255bfef95601890afd80709 md5=d41d8cd98f00b204e9800998ecf8427e etag="5d41402abc4b2a76b9719d911017c592"
rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.0.3.7:5432: connect: connection refused"
dial tcp: lookup user-service.shop on 10.96.0.10:53: no such host
upstream connect error or disconnect/reset before headers. reset reason: connection timeout
SELECT id, name FROM users WHERE email = $1 AND password_hash = $2 LIMIT 1
INSERT INTO users (name, email_verified, password_changed_at) VALUES ('bob', true, now())
INSERT INTO users (name, password) VALUES ($1, $2)
plain text here, plain JSON, in plain sight
steps 219 09 1234
INSERT INTO tokens (id, kind) VALUES (?, ?)
UPDATE users SET password = ? WHERE id = ?
Content-Type: application/json; charset=utf-8 Content-Length: 512 X-Request-Id: 5b3c1f0e-9a4d-4c2b-8f6e-0d1a2b3c4d5e
X-Amzn-Trace-Id: Root=1-67891233-abcdef012345678912345678;Parent=463ac35c9f6413ad;Sampled=1
cf-ray: 7f1a2b3c4d5e6f70-FRA
bestellung fehlgeschlagen: Zahlung für Größe „XL“ abgelehnt — bitte später
注文に失敗しました: 在庫なし (商品 42)
оплата не прошла: сервис недоступен
Привет: токен: неверный
😀 deploy finished 🚀 v2.14.3
C:\new\table\readme.txt \\server\share
100% of %d requests, 5%20 off
`
  .trim()
  .split('\n');
