package dev.sluice.proxy;

/** The version of HTTP that a message was received with. {@code Via} names it (RFC 9110 §7.6.3). */
public enum HttpVersion {
    /** HTTP/1.0. */
    HTTP_1_0("1.0"),
    /** HTTP/1.1. */
    HTTP_1_1("1.1"),
    /** HTTP/2. */
    HTTP_2("2.0");

    private final String number;

    HttpVersion(String number) {
        this.number = number;
    }

    /** Only the number, such as {@code 1.1}. */
    public String number() {
        return number;
    }

    /** The version as it is logged, such as {@code HTTP/1.1}. */
    @Override
    public String toString() {
        return "HTTP/" + number;
    }
}
