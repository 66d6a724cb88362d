package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Client;
import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.Upstream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What an exchange without any event costs on the heap, between the sockets. The limit is for code that the JVM only
 * interprets; it makes fewer objects once it compiles. The laboratory measures the whole proxy ({@code --scenario
 * allocation}).
 */
class AllocationTest {
    /** A third above what was measured when this was written. */
    private static final long MOST_BYTES = 4_000;

    private static final int EXCHANGES = 500;

    private static final Headers ANSWERED = Headers.of(
            "Server", "origin", "Date", "Mon, 30 Nov 2026 15:38:15 GMT", "Content-Type", "text/plain", "ETag", "\"1\"");

    private final byte[] buffer = new byte[2048];
    private final Body body = Body.of(new byte[1024]);
    private final Upstream upstream = Upstream.of(
            "origin",
            request -> ProxyResponse.builder(200).headers(ANSWERED).body(body).build());
    private final Pipeline pipeline =
            Pipeline.builder().addRoute("/**", upstream).build();
    private final Client client = client();
    private final Set<Capability> capabilities = Set.copyOf(EnumSet.allOf(Capability.class));
    private final Headers sent = Headers.of("Accept", "*/*");
    private final RequestTarget target = RequestTarget.of("http", new Authority("shop.example", 80), "/1k");

    @Test
    void anUneventfulExchangeIsCheap() throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 4; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < EXCHANGES; i++) {
                exchange();
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / EXCHANGES);
        }

        assertThat(least).isLessThan(MOST_BYTES);
    }

    private void exchange() throws IOException {
        Exchange scope = pipeline.begin(client, capabilities, (status, headers) -> false);
        ProxyRequest request =
                ProxyRequest.builder(scope, "GET", target).headers(sent).build();
        try (ProxyResponse response = pipeline.serve(request);
                InputStream content = response.body().open()) {
            while (content.read(buffer) >= 0) {
                // It is read to its end.
            }
        }
        scope.end(Outcome.COMPLETED);
    }

    private static Client client() {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        return new Client(address, address, null);
    }
}
