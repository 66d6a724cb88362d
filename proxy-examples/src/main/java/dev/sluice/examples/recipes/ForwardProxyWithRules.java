package dev.sluice.examples.recipes;

import dev.sluice.proxy.ProxyFilter;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.forward.ForwardProxy;
import dev.sluice.proxy.log.AccessLog;
import dev.sluice.proxy.server.ProxyServer;

/**
 * A forward proxy for the programs of this machine. It connects to public addresses and to one private block, and a
 * filter refuses uploads. In a tunnel (CONNECT) a filter sees only the destination. The access log also has the number
 * of bytes.
 */
public final class ForwardProxyWithRules {
    private static final ProxyFilter NO_UPLOADS =
            (request, next) -> request.body().length() == 0
                    ? next.handle(request)
                    : ProxyResponse.of(403, "No uploads through this proxy.");

    private ForwardProxyWithRules() {}

    /**
     * Starts the proxy at {@code port}, 0 for any.
     *
     * @param privateBlock the private addresses to which it may connect, such as {@code 10.0.0.0/8}
     */
    public static ProxyServer start(int port, String privateBlock) {
        ForwardProxy proxy = ForwardProxy.builder()
                .addresses(AddressRule.PUBLIC.or(AddressRule.within(privateBlock)))
                .deny("*.ads.example")
                .build();
        return ProxyServer.builder()
                .port(port)
                .forward(proxy)
                .addFilter(NO_UPLOADS)
                .addListener(AccessLog.combined())
                .build()
                .start();
    }

    /** Listens at port 3128 until the process ends; the block of private addresses is the argument. */
    public static void main(String[] args) {
        start(3128, args[0]);
    }
}
