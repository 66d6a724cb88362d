package dev.sluice.lab.soak;

import dev.sluice.proxy.connect.ConnectionStatistics;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.Connector;
import dev.sluice.proxy.transport.direct.DirectTransport;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Runs clients that abort, reset and stall at random. The origin does the same, and between them is a proxy over the
 * direct transport. Afterwards it looks for leaks: threads, sockets, pooled connections, exchanges in flight.
 *
 * <pre>{@code mvn -q compile -Psoak -Dexec.args="300"}</pre>
 *
 * <p>The argument is the length in seconds, 60 by default. The soak fails if it finds a leak.
 */
public final class Soak {
    private static final int CLIENTS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Tally tally = new Tally();

    /** Runs the soak. The argument is its length in seconds. */
    public static void main(String[] args) throws Exception {
        long seconds = args.length == 0 ? 60 : Long.parseLong(args[0]);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<String> left = new Soak().run(tally -> System.nanoTime() < end);
        if (!left.isEmpty()) {
            throw new IllegalStateException("left behind: " + left);
        }
        System.out.println("nothing was left behind");
    }

    /** Decides whether the soak goes on. */
    @FunctionalInterface
    interface Until {
        boolean goesOn(Tally tally);
    }

    /** Runs until it is told to stop. Returns what was left behind, in words. */
    List<String> run(Until until) throws IOException, InterruptedException {
        int threadsBefore = threads();
        long socketsBefore = OpenSockets.count();
        List<String> left = new ArrayList<>();
        DirectTransport transport =
                DirectTransport.builder().connector(Connector.builder().build()).build();
        try (RudeOrigin origin = new RudeOrigin();
                transport;
                ProxyServer server = server(transport, origin).start()) {
            runClients(server, () -> until.goesOn(tally));
            check(left, "exchanges in flight", () -> server.pipeline().inFlight() == 0);
            check(left, "connections in use", () -> inUse(transport.connections()) == 0);
            System.out.println(tally + "; " + transport.connections());
        }
        check(left, "threads beyond " + threadsBefore, () -> threads() <= threadsBefore);
        check(left, "sockets beyond " + socketsBefore, () -> OpenSockets.count() <= socketsBefore);
        return left;
    }

    private static ProxyServer server(DirectTransport transport, RudeOrigin origin) {
        Timeouts impatient = Timeouts.builder()
                .head(Duration.ofSeconds(1))
                .idle(Duration.ofSeconds(1))
                .tunnel(Duration.ofSeconds(1))
                .build();
        return ProxyServer.builder()
                .transport(transport)
                .timeouts(impatient)
                .addRoute(Route.any()
                        .allowUpgrade("echo")
                        .to(ReverseProxy.to(transport.upstream("origin", URI.create(origin.url())))))
                .build();
    }

    private void runClients(ProxyServer server, BooleanSupplier goesOn) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(new RudeClient(server.address(), i, goesOn, tally), "soak-client-" + i);
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static int inUse(ConnectionStatistics pool) {
        return pool.active() + pool.unpooled() + pool.waiting();
    }

    private static void check(List<String> left, String what, BooleanSupplier gone) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!gone.getAsBoolean()) {
            if (System.nanoTime() > end) {
                left.add(what);
                return;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /**
     * The threads of the library and of this soak. The timer belongs to the whole JVM and stays, so its threads are not
     * counted.
     */
    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name ->
                        name.startsWith("sluice-") && !name.equals("sluice-timer") && !name.equals("sluice-task"))
                .count();
    }
}
