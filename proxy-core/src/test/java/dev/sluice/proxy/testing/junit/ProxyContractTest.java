package dev.sluice.proxy.testing.junit;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.Authentication;
import dev.sluice.proxy.auth.BasicAuth;
import dev.sluice.proxy.auth.Credentials;
import dev.sluice.proxy.cache.Cache;
import dev.sluice.proxy.content.BodyRewrite;
import dev.sluice.proxy.content.Compression;
import dev.sluice.proxy.limit.Limits;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.transport.jdk.JdkTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Nested;

/** Proxies that are configured well keep the contract. */
class ProxyContractTest {
    @Nested
    class OneRoute extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder().addRoute("/**", upstream.toString());
        }
    }

    @Nested
    class AHandler extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder().addRoute("/**", ReverseProxy.to(upstream.toString()));
        }
    }

    @Nested
    class TheTransportOfTheJdk extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            JdkTransport transport = JdkTransport.builder().build();
            return ProxyServer.builder()
                    .transport(transport)
                    .addCloseable(transport)
                    .addRoute("/**", upstream.toString());
        }
    }

    @Nested
    class RoutesAndFiltersAndACredential extends ProxyContract {
        private static final BasicAuth STAFF = BasicAuth.of("staff", Credentials.of(Map.of("anna", "a long password")));

        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addFilter(Compression.DEFAULT)
                    .addRoute(Route.path("/api/**")
                            .host("api.test")
                            .stripPrefix("/api")
                            .addFilter(Authentication.require(STAFF))
                            .to(ReverseProxy.builder(upstream.toString())
                                    .preserveHost(true)
                                    .allowTrace(true)
                                    .build()))
                    .addRoute("/**", request -> {
                        throw new AssertionError("another route: " + request);
                    });
        }

        @Override
        protected String path() {
            return "/api/users?page=2";
        }

        @Override
        protected Headers fields() {
            return Headers.of(
                    "Host", "api.test",
                    "Authorization", "Basic YW5uYTphIGxvbmcgcGFzc3dvcmQ=",
                    "Accept-Encoding", "identity");
        }
    }

    @Nested
    class ALimitOfBodies extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .limits(Limits.builder().bodyBytes(5_000).build())
                    .addRoute("/**", upstream.toString());
        }

        @Override
        protected int largestBody() {
            return 5_000;
        }
    }

    @Nested
    class EarlyHints extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addFilter((request, next) -> {
                        request.exchange().interim(103, Headers.of("Link", "</a.css>; rel=preload"));
                        return next.handle(request);
                    })
                    .addRoute("/**", upstream.toString());
        }
    }

    @Nested
    class BodiesWithoutTheirLength extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addFilter(BodyRewrite.response().stream(body -> body).build())
                    .addRoute("/**", upstream.toString());
        }
    }

    @Nested
    class AnErrorWithTheNameOfAHost extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .onError((request, failure) ->
                            ProxyResponse.of(failure.outcome().status(), "see https://dev.example.com/help"))
                    .addRoute("/**", upstream.toString());
        }
    }

    /** Asks the upstream on its own, and sends requests without a body twice, as health checks and hedges do. */
    @Nested
    class RequestsOfItsOwn extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addFilter((request, next) -> {
                        ask(upstream, "GET /health HTTP/1.1\r\nHost: health.test\r\nConnection: close\r\n\r\n");
                        if (request.body().length() == 0 && request.method().equals("GET")) {
                            ask(
                                    upstream,
                                    "GET " + request.target().pathAndQuery()
                                            + " HTTP/1.1\r\nHost: hedge.test\r\nConnection: close\r\n\r\n");
                        }
                        return next.handle(request);
                    })
                    .addRoute("/**", upstream.toString());
        }

        /** Sends a request, and leaves without its answer. */
        private void ask(URI upstream, String request) {
            try (RawConnection connection =
                    RawConnection.connect(new InetSocketAddress(upstream.getHost(), upstream.getPort()))) {
                connection.write(request);
                connection.readExactly(1);
            } catch (IOException refused) {
                // So is the request that comes next.
            }
        }
    }

    @Nested
    class ACache extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addRoute(Route.path("/**").cache(Cache.builder().build()).to(upstream.toString()));
        }
    }

    @Nested
    class CompressionOfEverything extends ProxyContract {
        @Override
        protected ProxyServer.Builder proxy(URI upstream) {
            return ProxyServer.builder()
                    .addFilter(Compression.builder().minBytes(1).build())
                    .addRoute("/**", upstream.toString());
        }
    }
}
