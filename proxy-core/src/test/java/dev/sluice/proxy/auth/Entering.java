package dev.sluice.proxy.auth;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** A server with filters in front of one origin, without sockets. */
final class Entering {
    final FakeUpstream origin = FakeUpstream.named("origin");
    TestClient client;

    private Entering(TimeSource time, ProxyFilter... filters) {
        Pipeline.Builder server = Pipeline.builder().time(time).trust("192.0.2.0/24");
        for (ProxyFilter filter : filters) {
            server.addFilter(filter);
        }
        client = TestClient.of(server.addRoute("/**", ReverseProxy.to(origin)).build());
        origin.answer(request -> ProxyResponse.of(200, "hello"));
    }

    static Entering by(Authenticator authenticator) {
        return through(Authentication.require(authenticator));
    }

    static Entering by(TimeSource time, Authenticator authenticator) {
        return new Entering(time, Authentication.require(authenticator));
    }

    static Entering through(ProxyFilter... filters) {
        return new Entering(TimeSource.system(), filters);
    }

    static Entering through(TimeSource time, ProxyFilter... filters) {
        return new Entering(time, filters);
    }

    Entering from(String address) {
        client = client.from(new InetSocketAddress(address, 50_000));
        return this;
    }

    TestResponse get(String path, String... headers) throws Exception {
        return client.send("GET", path, Headers.of(headers), new byte[0]);
    }

    int status(String... headers) throws Exception {
        return get("/", headers).status();
    }

    /** The name of the principal of a request that enters. */
    String user(String... headers) throws Exception {
        return String.valueOf(get("/", headers).record().principal());
    }

    /** The last request that has come through. */
    ReceivedRequest received() {
        return origin.requests().get(origin.requests().size() - 1);
    }

    /** The value of Authorization for {@code user:password}. */
    static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }
}
