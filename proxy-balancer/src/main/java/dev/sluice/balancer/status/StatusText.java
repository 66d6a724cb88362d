package dev.sluice.balancer.status;

import java.util.Locale;

/** How values look in the state. */
final class StatusText {
    private StatusText() {}

    /** A constant in small letters, as metrics have it. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    /** A number with up to three digits behind the point, or null if there is none. */
    static String number(double value) {
        return Double.isFinite(value) ? String.valueOf(Math.round(value * 1000) / 1000.0) : "null";
    }
}
