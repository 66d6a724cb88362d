package dev.sluice.proxy.contract;

import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.jdk.JdkTransport;

/** What one half of a proxy is made of: the listener's, or the upstreams'. */
enum Half {
    JDK,
    DIRECT;

    /** A transport for one test; {@link Proxied} closes it. */
    Transport transport() {
        return this == JDK
                ? JdkTransport.builder().build()
                : DirectTransport.builder().build();
    }
}
