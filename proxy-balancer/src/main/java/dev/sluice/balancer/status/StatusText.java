package dev.sluice.balancer.status;

/** How values look in the state. */
final class StatusText {
    private StatusText() {}

    /** A number with up to three digits behind the point, or null if there is none. */
    static String number(double value) {
        return Double.isFinite(value) ? String.valueOf(Math.round(value * 1000) / 1000.0) : "null";
    }
}
