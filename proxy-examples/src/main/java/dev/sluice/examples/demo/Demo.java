package dev.sluice.examples.demo;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.balancer.health.EjectionPolicy;
import dev.sluice.balancer.health.HealthCheck;
import dev.sluice.balancer.status.StatusPage;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.ExitCode;

/**
 * Runs a proxy with a load balancer in front of three origins. The origins are processes that are killed at random
 * moments and started again. Once a second it shows how the requests are distributed, and that none fails. If URLs are
 * given, it runs in front of those servers instead. Run it with {@code --help} for its options.
 */
public final class Demo {
    private final Options options;
    private final StopSignal stop;
    private final Tally tally = new Tally();
    private final EventLog events = new EventLog();
    private final Screen screen = Screen.ofThisTerminal();

    private Demo(Options options, StopSignal stop) {
        this.options = options;
        this.stop = stop;
    }

    /** Runs until Ctrl-C or for {@code --seconds}, and ends the JVM. */
    public static void main(String[] args) {
        // The screen has all that the log would say about members and failures.
        System.getProperties().putIfAbsent("org.slf4j.simpleLogger.log.dev.sluice", "error");
        int status = Options.run(args, System.err::println, options -> {
            try (StopSignal stop = new StopSignal()) {
                return new Demo(options, stop).run();
            }
        });
        System.exit(status);
    }

    private int run() throws InterruptedException {
        try (Origins origins = options.fronts() ? Origins.none() : Origins.start(3);
                UpstreamPool pool = pool(origins.all())) {
            serve(origins.all(), pool);
        }
        return summary();
    }

    private UpstreamPool pool(List<OriginProcess> origins) {
        HealthCheck.Builder<?> check = options.fronts() ? HealthCheck.tcp() : HealthCheck.http("/health");
        UpstreamPool.Builder pool = UpstreamPool.builder()
                .name("demo")
                .health(check.interval(Duration.ofMillis(250))
                        .timeout(Duration.ofSeconds(1))
                        .build())
                // A killed origin is back within seconds. The default of 10 s and more would keep it out for too long.
                .ejection(EjectionPolicy.builder()
                        .ejectFor(Duration.ofSeconds(1))
                        .maxEjectFor(Duration.ofSeconds(2))
                        .build())
                .addListener(events);
        origins.forEach(origin -> pool.addMember(Member.at(origin.uri()).withId(origin.name())));
        options.upstreams.forEach(pool::addMember);
        return pool.build();
    }

    private void serve(List<OriginProcess> origins, UpstreamPool pool) throws InterruptedException {
        ProxyServer server = ProxyServer.builder()
                .port(options.port)
                .drain(Duration.ofSeconds(10))
                .addListener(tally)
                .addRoute("/**", pool)
                .build();
        StatusPage page = page(pool);
        // They are closed from last to first: first the kills stop, then the requests, and then the proxy is drained.
        try (page;
                server;
                Clients clients = new Clients(tally);
                Chaos chaos = new Chaos(origins, events)) {
            InetSocketAddress address = server.start().address();
            page.watch(server);
            screen.say("Live page: " + page.listen(options.pagePort).uri() + "/");
            if (!options.noChaos && !options.fronts()) {
                chaos.start();
            }
            clients.start(options.clients(), address, options.fronts() ? Page.ANY : Page.OF_ORIGINS);
            screen.say("Sluice at http://localhost:" + address.getPort()
                    + (options.fronts() ? "" : ", /small and /large") + ". Ctrl-C ends it.");
            watch(new Dashboard(pool, origins, tally, events));
            screen.say("draining");
        }
    }

    private static StatusPage page(UpstreamPool pool) {
        return StatusPage.builder()
                .title("Sluice demo")
                .addPool(pool)
                .addConnections("origins", DirectTransport.shared()::connections)
                .actions(true)
                .build();
    }

    /** Shows a frame now and after each second, until the signal comes. */
    private void watch(Dashboard dashboard) throws InterruptedException {
        long begin = System.nanoTime();
        int second = 0;
        do {
            screen.show(dashboard.frame(second));
            second++;
        } while ((options.seconds == 0 || second <= options.seconds)
                && !stop.await(begin + Duration.ofSeconds(second).toNanos()));
    }

    private int summary() {
        tally.explanations().forEach(screen::say);
        screen.say("ended: answered " + tally.answered() + ", failed " + tally.failed());
        return tally.failed() == 0 ? ExitCode.OK : ExitCode.SOFTWARE;
    }
}
