package dev.sluice.proxy.contract;

/** A listener of one kind and upstreams of one kind. */
enum Pairing {
    JDK_JDK(Half.JDK, Half.JDK),
    JDK_DIRECT(Half.JDK, Half.DIRECT),
    DIRECT_JDK(Half.DIRECT, Half.JDK),
    DIRECT_DIRECT(Half.DIRECT, Half.DIRECT);

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

    /** Returns whether one of the halves has this limitation. */
    boolean has(Limitation limitation) {
        return limitation.holdsFor(this);
    }
}
