package dev.sluice.proxy.syntax;

/** The fields in which proxies say for whom they forward (RFC 7239, and what was in use before it). */
public final class ForwardingFields {
    /** All of them. */
    public static final FieldSet ALL = FieldSet.of("X-Forwarded-*", "Forwarded", "X-Real-IP");

    private ForwardingFields() {}
}
