package dev.sluice.examples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Something bad that happens to an origin for a while.
 *
 * @param pause how long the origin is left alone before
 * @param amount milliseconds for SLOW, percent for RESET
 * @param lasts until it is well again; a RESTART takes as long as it takes
 */
record Harm(Kind kind, Duration pause, int amount, Duration lasts) {
    /** What happens. */
    enum Kind {
        /** SIGKILL, and later it is started again. */
        KILL,
        /** SIGTERM, and it is started again at once. */
        RESTART,
        /** SIGSTOP, and later SIGCONT. */
        STOP,
        /** Each answer takes longer. */
        SLOW,
        /** A part of the requests is reset: before they are acted on, after it, or in the middle of the response. */
        RESET
    }

    /** One to three, by chance. */
    static List<Harm> any(Random random) {
        List<Harm> harms = new ArrayList<>();
        int count = random.nextInt(1, 4);
        for (int i = 0; i < count; i++) {
            Kind kind = Kind.values()[random.nextInt(Kind.values().length)];
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
            case RESET -> "RESET " + amount + " % for " + lasts.toMillis() + " ms";
            case RESTART -> "RESTART";
            default -> kind + " for " + lasts.toMillis() + " ms";
        };
    }
}
