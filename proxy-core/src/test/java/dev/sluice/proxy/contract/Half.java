package dev.sluice.proxy.contract;

import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;

/** The transport of one half of a proxy: of the listener, or of the upstreams. */
enum Half {
    JDK,
    DIRECT,
    HTTP2;

    /** A transport for one test; {@link Proxied} closes it. */
    Transport transport() {
        return switch (this) {
            case JDK -> JdkTransport.builder().build();
            case DIRECT -> DirectTransport.builder().build();
            case HTTP2 -> Bridge.transport();
        };
    }
}
