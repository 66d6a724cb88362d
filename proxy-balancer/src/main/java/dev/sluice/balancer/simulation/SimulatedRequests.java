package dev.sluice.balancer.simulation;

import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.time.TimeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

/** Makes the requests of a run: by which client, with which method and fields. For one thread. */
final class SimulatedRequests {
    private static final RequestTarget TARGET = RequestTarget.of("http", null, "/");

    private final Setup setup;
    private final SplitMix random;
    private final Exchange.Builder[] clients;
    private final boolean ownTimeouts;
    private long made;

    SimulatedRequests(Setup setup, TimeSource time, SplitMix random) {
        this.setup = setup;
        this.random = random;
        this.clients = clients(setup.clients(), time);
        this.ownTimeouts = !setup.timeouts().equals(Timeouts.DEFAULT);
    }

    private static Exchange.Builder[] clients(int count, TimeSource time) {
        Exchange.Builder[] clients = new Exchange.Builder[count];
        InetSocketAddress local = new InetSocketAddress(address(0), 80);
        for (int i = 0; i < count; i++) {
            Client client = new Client(new InetSocketAddress(address(i + 1), 40_000), local, null);
            clients[i] = Exchange.builder(time).client(client);
        }
        return clients;
    }

    private static InetAddress address(int number) {
        try {
            return InetAddress.getByAddress(
                    new byte[] {10, (byte) (number >>> 16), (byte) (number >>> 8), (byte) number});
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("four bytes are an address", impossible);
        }
    }

    /** The next request, in an exchange of its own that begins now. */
    ProxyRequest next() {
        Exchange exchange = clients[clients.length == 1 ? 0 : random.nextInt(clients.length)].begin(
                setup.timeouts().total());
        if (ownTimeouts) {
            exchange.put(Timeouts.class, setup.timeouts());
        }
        boolean post = setup.postShare() > 0 && random.nextDouble() < setup.postShare();
        ProxyRequest.Builder request = ProxyRequest.builder(exchange, post ? "POST" : "GET", TARGET);
        if (!setup.fields().isEmpty()) {
            Headers.Builder headers = Headers.builder();
            for (Setup.Field field : setup.fields()) {
                headers.add(field.name(), field.keys().key(made, random));
            }
            request.headers(headers.build());
        }
        made++;
        return request.build();
    }
}
