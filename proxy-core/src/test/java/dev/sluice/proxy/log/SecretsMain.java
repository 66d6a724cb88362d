package dev.sluice.proxy.log;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.ApiKeys;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.Authenticator;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.header.RequestId;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.RecordingListener;
import dev.sluice.proxy.testing.RefusingPort;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.trace.Tracing;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Sends secrets of each {@linkplain #KINDS kind} through a proxy that logs all that it can. Its logs are its error output. At
 * the end it prints how many requests there were.
 */
public final class SecretsMain {
    /** What a secret looks like: a kind, and this behind it. */
    static final String MARK = "hunter2Zq7";

    /** A request of each kind, in which {@code $} is the secret. */
    static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("basic", field("Authorization: Basic " + base64("anna:$"))),
            Map.entry("bearer", field("Authorization: Bearer $")),
            Map.entry("lower case", field("authorization: Bearer $")),
            Map.entry("no scheme", field("Authorization: $")),
            Map.entry("proxy", field("Proxy-Authorization: Basic " + base64("anna:$"))),
            Map.entry("cookie", field("Cookie: a=b; session=$")),
            Map.entry("api key", field("X-Api-Key: $")),
            Map.entry("cgi api key", field("x_api_key: $")),
            Map.entry("auth token", field("X-Auth-Token: $")),
            Map.entry("csrf token", field("X-CSRF-Token: $")),
            Map.entry("cloud token", field("X-Amz-Security-Token: $")),
            Map.entry("vendor key", field("Ocp-Apim-Subscription-Key: $")),
            Map.entry("dpop", field("DPoP: $")),
            Map.entry("authenticators key", field("Own-Key: $")),
            Map.entry("client certificate", field("Client-Cert: :$:")),
            Map.entry("forwarded certificate", field("X-Forwarded-Client-Cert: Hash=a;Cert=\"$\"")),
            Map.entry(
                    "webSocket",
                    "GET /chat HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            + "Sec-WebSocket-Protocol: bearer, $\r\n\r\n"),
            Map.entry("own field with a scheme", field("X-Some: Bearer $")),
            Map.entry("own field with a web token", field("X-Some: eyJhbGciOi.eyJzdWIi$.c2ln")),
            Map.entry("own field with a private key", field("X-Some: -----BEGIN PRIVATE KEY-----$")),
            Map.entry("own field with a URL", field("X-Some: http://anna:$@a/?token=$#access_token=$")),
            Map.entry("user agent", field("User-Agent: tool password=$ token=\"$ x\"")),
            Map.entry("referer", field("Referer: https://anna:$@a.test/?api_key=$&b=1#id_token=$")),
            Map.entry("nested referer", field("Referer: https://a.test/?next=%2Fb%3Fcode%3D$")),
            Map.entry("token", target("/a?token=$&b=1")),
            Map.entry("escaped name", target("/a?%61ccess_token=$")),
            Map.entry("password", target("/a?PassWord=a,b;$'x&b=1")),
            Map.entry("signature", target("/a?sig=$")),
            Map.entry("signed URL", target("/a?X-Amz-Date=1&X-Amz-Signature=$")),
            Map.entry("code", target("/a?code=$&state=1")),
            Map.entry("vendor parameter", target("/a?acme[reset-token]=$")),
            Map.entry("authenticators parameter", target("/a?own=$")),
            Map.entry("nested URL", target("/a?next=https%3A%2F%2Fa.test%2F%3Ftoken%3D$")),
            Map.entry("web token in a path", target("/reset/eyJhbGciOi.eyJzdWIi$.c2ln")),
            Map.entry("session in a path", target("/a;jsessionid=$/b")),
            Map.entry("fragment", target("/a#$")),
            Map.entry("absolute form", target("http://anna:$@a.test/a?token=$")),
            Map.entry("connect", "CONNECT anna:$@a.test:443 HTTP/1.1\r\nHost: a.test\r\n\r\n"),
            Map.entry(
                    "connect with credentials",
                    "CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n" + "Proxy-Authorization: Basic "
                            + base64("anna:$") + "\r\n\r\n"),
            Map.entry("form", body("application/x-www-form-urlencoded", "password=$")),
            Map.entry("json", body("application/json", "{\"password\":\"$\"}")),
            Map.entry("broken body", "POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n$\r\n"),
            Map.entry("broken field", "GET /a HTTP/1.1\r\nHost: a\r\nAuthorization Bearer $\r\n\r\n"),
            Map.entry("control character", "GET /a HTTP/1.1\r\nHost: a\r\nAuthorization: $\u0001\r\n\r\n"),
            Map.entry("broken version", "GET /a?token=$ HTTP/9\r\nHost: a\r\n\r\n"),
            Map.entry("broken host", "GET /a HTTP/1.1\r\nHost: anna:$@a\r\n\r\n"),
            Map.entry("broken target", "GET /a?token=$ b HTTP/1.1\r\nHost: a\r\n\r\n"),
            Map.entry("no upstream", target("/dead/eyJhbGciOi.eyJzdWIi$.c2ln;jsessionid=$?token=$")),
            Map.entry("answer that is none", target("/odd?token=$")),
            Map.entry("answer with a broken field", target("/broken?token=$")),
            Map.entry(
                    "nobody",
                    "GET /staff?token=$ HTTP/1.1\r\nHost: a\r\nAuthorization: Basic " + base64("anna:$")
                            + "\r\nX-Some: Bearer $\r\n\r\n"));

    /** What the origin answers, with the secrets of servers. */
    private static final String ANSWER = "HTTP/1.1 302 Found\r\nContent-Length: 16\r\nSet-Cookie: s=" + MARK
            + "\r\nLocation: http://anna:" + MARK + "@a.test/?code=" + MARK + "#access_token=" + MARK
            + "\r\nX-Reset-Token: " + MARK + "\r\nLink: </a?token=" + MARK + ">; rel=next\r\nAuthentication-Info: a="
            + MARK + "\r\nRefresh: 5; url=/a?sig=" + MARK + "\r\nConnection: close\r\n\r\n" + (MARK + "      ");

    private static final String FIELDS =
            "Authorization Proxy-Authorization Cookie X-Api-Key x_api_key X-Auth-Token X-CSRF-Token"
                    + " X-Amz-Security-Token Ocp-Apim-Subscription-Key DPoP Own-Key Client-Cert X-Forwarded-Client-Cert"
                    + " Sec-WebSocket-Protocol X-Some User-Agent Referer Host Set-Cookie Location X-Reset-Token Link"
                    + " Authentication-Info Refresh";

    private SecretsMain() {}

    private static String field(String line) {
        return "GET /a HTTP/1.1\r\nHost: a\r\n" + line + "\r\n\r\n";
    }

    private static String target(String target) {
        return "GET " + target + " HTTP/1.1\r\nHost: a.test\r\n\r\n";
    }

    private static String body(String type, String body) {
        String sent = body.replace("$", MARK);
        return "POST /a HTTP/1.1\r\nHost: a\r\nContent-Type: " + type + "\r\nContent-Length: " + sent.length()
                + "\r\n\r\n" + sent;
    }

    /** Of the secret already, as it cannot be replaced in it. */
    private static String base64(String credentials) {
        return Base64.getEncoder().encodeToString(credentials.replace("$", MARK).getBytes(US_ASCII));
    }

    public static void main(String[] none) throws Exception {
        int requests = 0;
        for (Transport transport : List.of(DirectTransport.shared(), JdkTransport.shared())) {
            requests += run(transport);
        }
        System.out.println(requests);
    }

    private static int run(Transport transport) throws Exception {
        RecordingListener records = new RecordingListener();
        try (ScriptedOrigin origin = ScriptedOrigin.start(SecretsMain::answer);
                RefusingPort dead = new RefusingPort();
                ProxyServer server =
                        server(transport, origin, dead, records).build().start()) {
            for (String request : KINDS.values()) {
                try (RawConnection client = RawConnection.connect(server.address())) {
                    client.write(request.replace("$", MARK));
                    client.readHead();
                    client.shutdownOutput();
                    client.readAll();
                } catch (IOException reset) {
                    // The connection may be closed before all is read.
                }
            }
        }
        // A server that is closed has told its listeners of each exchange.
        return records.records().size();
    }

    private static void answer(RawConnection connection) throws IOException {
        String head = connection.readHead();
        connection.write(
                head.contains(" /odd")
                        ? "Set-Cookie: " + MARK + "\r\n\r\n"
                        : head.contains(" /broken")
                                ? "HTTP/1.1 200 OK\r\nSet-Cookie: " + MARK + "\u0001\r\nContent-Length: x" + MARK
                                        + "\r\n\r\n"
                                : ANSWER);
    }

    private static ProxyServer.Builder server(
            Transport transport, ScriptedOrigin origin, RefusingPort dead, RecordingListener records) {
        Authenticator keys = ApiKeys.of(Map.of("5pHlDzVJ8vXqTn3rKwYc", "billing"))
                .withField("Own-Key")
                .withParameter("own");
        Authenticator staff = BasicAuth.of("staff", Credentials.of("anna", "another password"));
        ProxyServer.Builder server = ProxyServer.builder();
        if (transport == DirectTransport.shared()) {
            server.forward(ForwardProxy.builder()
                    .addresses(AddressRule.ANY)
                    .deny("a.test")
                    .build());
        }
        return server.transport(transport)
                .addListener(AccessLog.combined())
                .addListener(AccessLog.json())
                .addListener(named().build())
                .addListener(named().json().build())
                .addListener(records)
                .tracing(Tracing.DEFAULT)
                .addFilter(RequestId.DEFAULT)
                .addFilter(Authentication.optional(keys))
                .addRoute("/dead/**", dead.uri().toString())
                .addRoute(Route.path("/staff")
                        .addFilter(Authentication.require(staff))
                        .to(request -> ProxyResponse.of(200)))
                .addRoute("/**", origin.uri().toString());
    }

    /** A format that names each field, and functions that return what they find, or throw it. */
    private static AccessLog.Builder named() {
        String fields = List.of(FIELDS.split(" ")).stream()
                .map(name -> "{request." + name + "} \"{response." + name + "}\"")
                .collect(Collectors.joining(" "));
        return AccessLog.builder()
                .format(
                        "format {target} {path} {query} \"{request_line}\" {user} {host} {prefix} {tags} {mine} {all} {bad} "
                                + fields)
                .addField("mine", record -> record.request().headers().first("Referer"))
                .addField(
                        "all",
                        record -> record.request().target() + " "
                                + record.responseHeaders().first("Location"))
                .addField("bad", record -> {
                    throw new IllegalStateException(MARK);
                });
    }
}
