package dev.sluice.proxy.syntax;

/** The fields in which proxies say for whom they forward (RFC 7239, RFC 9440, and what was in use before them). */
public final class ForwardingFields {
    /** All of them. */
    public static final FieldSet ALL =
            FieldSet.of("X-Forwarded-*", "Forwarded", "X-Real-IP", "Client-Cert", "Client-Cert-Chain");

    private ForwardingFields() {}
}
