package dev.sluice.proxy.internal;

import java.time.Duration;

/** Durations as messages and logs show them: {@code 250 ms}, {@code 30 s}, {@code 10 min}, {@code 2 h}. */
public final class DurationText {
    private static final long MINUTE = 60;
    private static final long HOUR = 60 * MINUTE;

    private DurationText() {}

    /** The whole duration, in the greatest of these units that is exact; below a millisecond, as Java writes it. */
    public static String of(Duration time) {
        long seconds = time.toSeconds();
        int rest = time.toNanosPart();
        if (rest != 0) {
            return rest % 1_000_000 == 0 && seconds < HOUR ? time.toMillis() + " ms" : time.toString();
        }
        if (seconds % HOUR == 0 && seconds != 0) {
            return seconds / HOUR + " h";
        }
        // The timeouts of a minute are known as those of 60 s.
        return seconds % MINUTE == 0 && seconds > MINUTE ? seconds / MINUTE + " min" : seconds + " s";
    }
}
