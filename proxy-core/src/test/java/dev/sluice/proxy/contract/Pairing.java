package dev.sluice.proxy.contract;

/** A listener of one kind and upstreams of one kind. */
enum Pairing {
    JDK_JDK(Half.JDK, Half.JDK),
    JDK_DIRECT(Half.JDK, Half.DIRECT),
    DIRECT_JDK(Half.DIRECT, Half.JDK),
    DIRECT_DIRECT(Half.DIRECT, Half.DIRECT),
    HTTP2_DIRECT(Half.HTTP2, Half.DIRECT),
    DIRECT_HTTP2(Half.DIRECT, Half.HTTP2),
    HTTP2_HTTP2(Half.HTTP2, Half.HTTP2);

    private final Half listener;
    private final Half upstream;

    Pairing(Half listener, Half upstream) {
        this.listener = listener;
        this.upstream = upstream;
    }

    Half listener() {
        return listener;
    }

    Half upstream() {
        return upstream;
    }

    boolean hasHttp2() {
        return listener == Half.HTTP2 || upstream == Half.HTTP2;
    }

    /** The version in which the proxy receives what a client sends in {@code version}. */
    String fromClient(String version) {
        return listener == Half.HTTP2 ? "2.0" : version;
    }

    /** The version in which the proxy receives what an origin sends in {@code version}. */
    String fromOrigin(String version) {
        return upstream == Half.HTTP2 ? "2.0" : version;
    }

    /** Returns whether one of the halves has this limitation. */
    boolean has(Limitation limitation) {
        return limitation.holdsFor(this);
    }
}
