package dev.sluice.balancer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.strategy.Strategies;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.RawConnection;
import dev.sluice.proxy.testing.ScriptedOrigin;
import dev.sluice.proxy.time.Awaited;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Filters around each attempt at the members of a pool. */
@Timeout(60)
class PoolFilterTest {
    private final List<String> passed = Collections.synchronizedList(new ArrayList<>());

    private static ScriptedOrigin origin(String text) throws IOException {
        return ScriptedOrigin.start(connection -> {
            while (!connection.readHead().isEmpty()) {
                connection.write("HTTP/1.1 200 OK\r\nContent-Length: " + text.length() + "\r\n\r\n" + text);
            }
        });
    }

    private ProxyFilter noting(String name) {
        return (request, next) -> {
            passed.add(name + " " + request.target().authority());
            return next.handle(request.toBuilder()
                    .headers(request.headers().toBuilder().add("X-Filter", name).build())
                    .build());
        };
    }

    private static String get(ProxyServer server) throws IOException {
        try (RawConnection client = RawConnection.connect(server.address())) {
            client.write("GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n");
            return client.readAll();
        }
    }

    private static ProxyServer server(UpstreamPool pool) {
        return ProxyServer.builder()
                .port(0)
                .addRoute("/**", pool)
                .addCloseable(pool)
                .build()
                .start();
    }

    @Test
    void eachAttemptAtAMemberWithAUrlPassesThemFromTheOutsideIn() throws Exception {
        try (ScriptedOrigin one = origin("one");
                ProxyServer server = server(UpstreamPool.builder()
                        .addMember(one.uri().toString())
                        .addFilter(noting("outer"))
                        .addFilter(noting("inner"))
                        .build())) {
            assertThat(get(server)).endsWith("one");

            String place = one.uri().getAuthority();
            assertThat(passed).containsExactly("outer " + place, "inner " + place);
            assertThat(one.requests().get(0)).contains("X-Filter: outer\r\nX-Filter: inner\r\n");
        }
    }

    @Test
    void anAttemptThatAFilterFailsIsRepeatedAtAnotherMember() throws Exception {
        FakeUpstream own = FakeUpstream.named("own");
        ProxyFilter first = (request, next) -> {
            passed.add("attempt");
            if (passed.size() == 1) {
                throw new ProxyException(Outcome.CONNECT_FAILED, Delivery.NOT_SENT, "a filter's failure");
            }
            return next.handle(request);
        };
        try (ScriptedOrigin one = origin("one");
                ProxyServer server = server(UpstreamPool.builder()
                        .strategy(Strategies.roundRobin())
                        .addMember(one.uri().toString())
                        .addMember(Member.of(own))
                        .addFilter(first)
                        .build())) {
            assertThat(get(server)).endsWith("own");
            assertThat(passed).hasSize(2);
            assertThat(one.requests()).isEmpty();
        }
    }

    @Test
    void aMemberThatComesLaterHasThemTooAndSoHasAProbe() throws Exception {
        try (ScriptedOrigin one = origin("one");
                ScriptedOrigin two = origin("two")) {
            UpstreamPool pool = UpstreamPool.builder()
                    .addMember(one.uri().toString())
                    .health(HealthCheck.http("/health").build())
                    .addFilter(noting("all"))
                    .build();
            try (ProxyServer server = server(pool)) {
                pool.add(two.uri().toString());
                pool.remove(one.uri().getAuthority());
                assertThat(get(server)).endsWith("two");
                Awaited.isTrue(() -> two.requests().stream().anyMatch(head -> head.startsWith("GET /health")));
                assertThat(two.requests()).allMatch(head -> head.contains("X-Filter: all"));
            }
        }
    }
}
