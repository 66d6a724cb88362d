package dev.sluice.lab.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A fault of an origin that lasts for a while.
 *
 * @param pause how long nothing happens to the origin before
 * @param amount milliseconds for SLOW, percent for RESET and ERROR
 * @param lasts how long the fault lasts; not used for RESTART
 */
record Harm(Kind kind, Duration pause, int amount, Duration lasts) {
    /** The kind of the fault. */
    enum Kind {
        /** SIGKILL; later it is started again. */
        KILL,
        /** SIGTERM; it is started again at once. */
        RESTART,
        /** SIGSTOP, later SIGCONT. */
        STOP,
        /** Each answer takes longer. */
        SLOW,
        /** A part of the requests is reset: before they are acted on, afterwards, or in the middle of the response. */
        RESET,
        /** A part of the requests is answered with 500 at once, and is not acted on. */
        ERROR
    }

    /** The kinds that clients need not notice. ERROR is not one: an answer of an origin is passed on. */
    private static final List<Kind> BY_CHANCE = List.of(Kind.KILL, Kind.RESTART, Kind.STOP, Kind.SLOW, Kind.RESET);

    /** One to three random faults. */
    static List<Harm> any(Random random) {
        List<Harm> harms = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            Kind kind = BY_CHANCE.get(random.nextInt(BY_CHANCE.size()));
            Duration pause = Duration.ofMillis(random.nextInt(0, 1_500));
            int amount = kind == Kind.SLOW ? random.nextInt(100, 1_500) : random.nextInt(5, 101);
            harms.add(new Harm(kind, pause, amount, Duration.ofMillis(random.nextInt(500, 4_000))));
        }
        return harms;
    }

    @Override
    public String toString() {
        return switch (kind) {
            case SLOW -> "SLOW by " + amount + " ms for " + lasts.toMillis() + " ms";
            case RESET, ERROR -> kind + " " + amount + " % for " + lasts.toMillis() + " ms";
            case RESTART -> "RESTART";
            default -> kind + " for " + lasts.toMillis() + " ms";
        };
    }
}
