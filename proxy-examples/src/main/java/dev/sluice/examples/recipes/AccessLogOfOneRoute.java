package dev.sluice.examples.recipes;

import dev.sluice.proxy.ExchangeRecord;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.auth.ClientAddresses;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.RouteMatch;
import dev.sluice.proxy.server.ProxyServer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An access log in JSON, to the logger {@code dev.sluice.proxy.access}, with a field of your own. It keeps a hundredth of the
 * requests, all that fail or take longer than a second, and all of one route while somebody looks into it: {@code curl -X
 * POST http://localhost:8080/log/shop/all}, and {@code .../some} at the end.
 */
public final class AccessLogOfOneRoute {
    private static final long SECOND_NANOS = 1_000_000_000L;

    private AccessLogOfOneRoute() {}

    /** Whom a request is for: a filter finds it out, and the log shows it. */
    private record Tenant(String name) {}

    /** Starts a proxy at {@code port}, 0 for any, in front of the server at {@code shop}. */
    public static ProxyServer start(int port, String shop) {
        AccessLog log = AccessLog.builder()
                .json()
                .addField("tenant", AccessLogOfOneRoute::tenant)
                .sample(0.01)
                .errors(record -> record.status() == 0 || record.status() >= 500 || isSlow(record))
                .build();
        return ProxyServer.builder()
                .port(port)
                .addListener(log)
                .addRoute(Route.path("/log/{route}/{share}")
                        .methods("POST")
                        .addFilter(
                                ClientAddresses.builder().allow("127.0.0.0/8").build())
                        .to(request -> change(log, request)))
                .addRoute(Route.path("/**")
                        .name("shop")
                        .addFilter((request, next) -> {
                            String name = request.headers().first("X-Tenant").orElse("none");
                            request.exchange().put(Tenant.class, new Tenant(name));
                            return next.handle(request);
                        })
                        .to(shop))
                .build()
                .start();
    }

    private static @Nullable Object tenant(ExchangeRecord record) {
        Tenant tenant = record.get(Tenant.class);
        return tenant == null ? null : tenant.name();
    }

    private static boolean isSlow(ExchangeRecord record) {
        return record.endNanos() - record.beginNanos() > SECOND_NANOS;
    }

    private static ProxyResponse change(AccessLog log, ProxyRequest request) {
        RouteMatch match = Objects.requireNonNull(RouteMatch.of(request.exchange()));
        String route = match.variable("route");
        if (match.variable("share").equals("all")) {
            log.keep(route, 1);
        } else {
            log.keepAsBuilt(route);
        }
        return ProxyResponse.of(200, route + ": " + log.kept(route) + "\n");
    }

    /** Listens at port 8080 in front of a server at port 9001, until the process ends. */
    public static void main(String[] args) {
        start(8080, "http://127.0.0.1:9001");
    }
}
