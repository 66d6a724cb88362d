package dev.sluice.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.lab.LabOptions;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.limit.RateLimit;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.ProxyServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BenchTest {
    @ParameterizedTest
    @ValueSource(strings = {"/1k", "/64k"})
    void theEmbeddedClientGetsAnAnswerToEachRequestThroughTheProxy(String path) throws Exception {
        try (EmbeddedOrigin origin = new EmbeddedOrigin();
                ProxyServer proxy = proxy(origin);
                EmbeddedLoad load = EmbeddedLoad.open(proxy.address().getPort(), path, 4)) {
            assertThat(load.run(100).requests()).isEqualTo(100);
            LoadResult again = load.run(20);
            assertThat(again.requests()).isEqualTo(20);
            assertThat(again.errors()).isEmpty();
            assertThat(again.p99Micros())
                    .isGreaterThanOrEqualTo(again.p50Micros())
                    .isPositive();
        }
    }

    @Test
    void anAnswerOtherThan200IsAnError() throws Exception {
        try (EmbeddedOrigin origin = new EmbeddedOrigin();
                ProxyServer proxy = proxy(origin);
                EmbeddedLoad load = EmbeddedLoad.open(proxy.address().getPort(), "/none", 2)) {
            LoadResult result = load.run(10);
            assertThat(result.errors()).isEqualTo("2 connections failed");
            assertThat(result.requests()).isZero();
        }
    }

    @Test
    void idleConnectionsStayOpenUntilTheServerCloses() throws Exception {
        try (EmbeddedOrigin origin = new EmbeddedOrigin();
                ProxyServer proxy = proxy(origin);
                IdleConnections idle = IdleConnections.open(proxy.address().getPort(), 3)) {
            assertThat(idle.closed()).isZero();
        }
    }

    @Test
    void aProxyRunsInASeparateProcessAndIsGoneAtTheEnd() throws Exception {
        ProcessHandle process;
        try (Workspace workspace = Workspace.open();
                EmbeddedOrigin origin = new EmbeddedOrigin()) {
            String address = "127.0.0.1:" + origin.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Subject bare = start("bare", workspace, address);
            process = bare.process().handle();
            try (EmbeddedLoad load = EmbeddedLoad.open(bare.port(), "/1k", 2)) {
                assertThat(load.run(10).requests()).isEqualTo(10);
            }
            assertThat(bare.usage().rssBytes()).isPositive();
            assertThat(Long.parseLong(bare.process().ask(Answers.ALLOCATED))).isPositive();
            assertThat(Long.parseLong(bare.process().ask(Answers.HEAP))).isPositive();
        }
        assertThat(process.isAlive()).isFalse();
    }

    @Test
    void whatALimitLetsThroughAndWhatItRefusesIsCounted() throws Exception {
        try (ProxyServer proxy = ProxyServer.builder()
                .addFilter(RateLimit.of(5, Duration.ofDays(1)))
                .addRoute("/**", request -> ProxyResponse.of(200, "ok"))
                .build()
                .start()) {
            CountedLoad load = CountedLoad.run(proxy.address().getPort(), "/", 4, 1);
            assertThat(load.through()).isEqualTo(5);
            assertThat(load.refused()).isPositive();
            assertThat(load.failed()).isZero();
        }
    }

    private static Subject start(String name, Workspace workspace, String origin) {
        List<Subject> started = new ArrayList<>();
        LabOptions.run(new BenchOptions(), new String[0], System.err::println, options -> {
            started.add(Subject.start(name, options, workspace, Setup.to(List.of(origin))));
            return 0;
        });
        return started.get(0);
    }

    private static ProxyServer proxy(EmbeddedOrigin origin) throws Exception {
        int port = origin.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return ProxyServer.builder()
                .addRoute("/**", ReverseProxy.to("http://127.0.0.1:" + port))
                .build()
                .start();
    }
}
