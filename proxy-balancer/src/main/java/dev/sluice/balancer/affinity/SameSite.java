package dev.sluice.balancer.affinity;

/** Which requests from other sites a browser sends a cookie with (RFC 6265bis §5.6.7). */
public enum SameSite {
    /** None. */
    STRICT("Strict"),
    /** Those that take the user to the site, such as a link. */
    LAX("Lax"),
    /** All. Browsers want {@code Secure} with it. */
    NONE("None");

    private final String text;

    SameSite(String text) {
        this.text = text;
    }

    String text() {
        return text;
    }
}
