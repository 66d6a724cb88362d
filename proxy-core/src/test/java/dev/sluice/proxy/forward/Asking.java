package dev.sluice.proxy.forward;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A forward proxy without sockets: requests go to a {@link FakeUpstream} instead of their destination. */
final class Asking {
    final FakeUpstream origin = FakeUpstream.named("origin");
    final List<AddressRule> rules = new CopyOnWriteArrayList<>();
    private final ForwardProxy proxy;
    private TestClient client;

    Asking(ForwardProxyBuilder builder) {
        proxy = builder.anywhere(rule -> {
                    rules.add(rule);
                    return origin;
                })
                .build();
        client = TestClient.of(proxy).capable(Capability.TUNNEL, Capability.TRAILERS, Capability.INTERIM);
        origin.answer(request -> request.method().equals("CONNECT")
                ? ProxyResponse.builder(200).tunnel(new Silent()).build()
                : ProxyResponse.of(200, "hello"));
    }

    Asking from(String address) {
        client = client.from(new InetSocketAddress(address, 50_000));
        return this;
    }

    Asking capable(Capability... able) {
        client = client.capable(able);
        return this;
    }

    TestResponse get(String target, String... headers) throws Exception {
        return client.send("GET", target, Headers.of(headers), new byte[0]);
    }

    TestResponse connect(String target, String... headers) throws Exception {
        return client.send("CONNECT", target, Headers.of(headers), new byte[0]);
    }

    TestResponse send(String method, String target, String... headers) throws Exception {
        return client.send(method, target, Headers.of(headers), new byte[0]);
    }

    /** The status of the answer, or of the error page for the failure. */
    int status(String method, String target, String... headers) throws Exception {
        try {
            return send(method, target, headers).status();
        } catch (ProxyException why) {
            return why.status();
        }
    }

    /** The fields of the only request that was passed on. */
    Headers received() {
        List<ReceivedRequest> requests = origin.requests();
        if (requests.size() != 1) {
            throw new AssertionError("not one request: " + requests);
        }
        return requests.get(0).headers();
    }

    /** Fields as text, one a line. */
    static String lines(Headers headers) {
        StringBuilder text = new StringBuilder();
        headers.forEach(
                (name, value) -> text.append(name).append(": ").append(value).append('\n'));
        return text.toString();
    }

    private static final class Silent implements Tunnel {
        @Override
        public String protocol() {
            return "connect";
        }

        @Override
        public InputStream in() {
            return new ByteArrayInputStream(new byte[0]);
        }

        @Override
        public OutputStream out() {
            return new ByteArrayOutputStream();
        }

        @Override
        public void shutdownOutput() {}

        @Override
        public void close() {}
    }
}
