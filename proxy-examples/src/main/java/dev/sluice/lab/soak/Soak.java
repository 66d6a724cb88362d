package dev.sluice.lab.soak;

import dev.sluice.lab.Progress;
import dev.sluice.proxy.limit.Timeouts;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs clients that abort, reset and stall at random. The origin does the same, and between them is a proxy over the
 * direct transport, or for HTTP/2 three. Afterwards it looks for leaks: threads, sockets, pooled connections, exchanges in
 * flight; and for HTTP/2 whether bodies larger than all windows still pass. There one of the proxies is restarted again and
 * again, so that connections go away while streams are open.
 *
 * <pre>{@code mvn -q compile -Psoak -Dexec.args="300 http2"}</pre>
 *
 * <p>The first argument is the length in seconds, 60 by default. The soak fails if it finds a leak. With {@code idle} in place
 * of {@code http2} nothing is sent for so long on one stream through the three proxies, which must still work then.
 */
public final class Soak {
    private static final int CLIENTS = 64;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration BETWEEN_RESTARTS = Duration.ofSeconds(5);

    private final Tally tally = new Tally();
    private final boolean http2;

    Soak(boolean http2) {
        this.http2 = http2;
    }

    /** Runs the soak. The arguments are its length in seconds, and {@code http2} or {@code idle} if that is meant. */
    public static void main(String[] args) throws Exception {
        long seconds = args.length == 0 ? 60 : Long.parseLong(args[0]);
        if (args.length > 2 || (args.length == 2 && !List.of("http2", "idle").contains(args[1]))) {
            throw new IllegalArgumentException(
                    "expected a number of seconds, and perhaps http2 or idle: " + List.of(args));
        }
        if (args.length == 2 && args[1].equals("idle")) {
            requireIdleStream(Duration.ofSeconds(seconds));
            return;
        }
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<String> left;
        Soak soak = new Soak(args.length == 2);
        try (Progress progress = Progress.open()) {
            progress.now(() -> "of " + seconds + " s: " + soak.tally);
            left = soak.run(tally -> System.nanoTime() < end);
        }
        if (!left.isEmpty()) {
            throw new IllegalStateException("left behind: " + left);
        }
        System.out.println("nothing was left behind");
    }

    private static void requireIdleStream(Duration silence) throws IOException, InterruptedException {
        try (RudeOrigin origin = new RudeOrigin();
                Chain chain = new Chain(origin.url(), true, Timeouts.DEFAULT);
                Progress progress = Progress.open()) {
            progress.now("silent for " + silence.toSeconds() + " s");
            if (!IdleStream.survives(chain.address(), silence)) {
                throw new IllegalStateException("the idle stream ended within " + silence.toSeconds() + " s");
            }
        }
        System.out.println("the idle stream works after " + silence.toSeconds() + " s");
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
        try (RudeOrigin origin = new RudeOrigin();
                Chain chain = new Chain(origin.url(), http2, Chain.IMPATIENT)) {
            AtomicBoolean over = new AtomicBoolean();
            Thread restarts = new Thread(() -> restart(chain, over), "soak-restarts");
            if (http2) {
                restarts.start();
            }
            runClients(chain.address(), () -> until.goesOn(tally));
            over.set(true);
            restarts.join();
            check(left, "exchanges in flight", () -> chain.inFlight() == 0);
            check(left, "windows", () -> LargeBodies.pass(chain.address()));
            check(left, "connections in use", () -> chain.inUse() == 0);
            System.out.println(tally + "; " + chain.connections());
        }
        check(left, "threads beyond " + threadsBefore, () -> threads() <= threadsBefore);
        check(left, "sockets beyond " + socketsBefore, () -> OpenSockets.count() <= socketsBefore);
        return left;
    }

    private void runClients(InetSocketAddress proxy, BooleanSupplier goesOn) throws InterruptedException {
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Thread client = new Thread(new RudeClient(proxy, i, goesOn, tally), "soak-client-" + i);
            client.start();
            clients.add(client);
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private static void restart(Chain chain, AtomicBoolean over) {
        while (!over.get()) {
            chain.restart();
            LockSupport.parkNanos(BETWEEN_RESTARTS.toNanos());
        }
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
     * counted, and nor is that of the progress.
     */
    private static int threads() {
        return (int) Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(name -> name.startsWith("sluice-")
                        && !name.equals("sluice-timer")
                        && !name.equals("sluice-task")
                        && !name.equals("sluice-progress"))
                .count();
    }
}
