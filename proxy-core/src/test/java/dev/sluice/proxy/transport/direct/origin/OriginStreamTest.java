package dev.sluice.proxy.transport.direct.origin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Body;
import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Tunnel;
import dev.sluice.proxy.connect.AddressRule;
import dev.sluice.proxy.connect.dial.Destination;
import dev.sluice.proxy.http1.ResponseHead;
import dev.sluice.proxy.testing.TestExchange;
import dev.sluice.proxy.time.Signal;
import dev.sluice.proxy.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a call makes of streams that can do less than HTTP/1.1, or know more. */
class OriginStreamTest {
    private static final Destination SOMEWHERE = new Destination("http", Authority.parse("a.example"));

    private final Queue<String> done = new ConcurrentLinkedQueue<>();
    private final Signal answer = new Signal();
    private Set<Capability> capabilities = Set.of();
    private @Nullable IOException refusal;

    private ProxyResponse send(ProxyRequest request) throws ProxyException, InterruptedException {
        return OriginCall.send(
                request, (sent, destination, rule, fresh, idle) -> new Stream(), SOMEWHERE, AddressRule.ANY);
    }

    private static ProxyRequest upload() {
        Body chunks = new Body() {
            @Override
            public long length() {
                return UNKNOWN;
            }

            @Override
            public boolean repeatable() {
                return false;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream("abc".getBytes(ISO_8859_1));
            }

            @Override
            public Headers trailers() {
                return Headers.of("Digest", "x");
            }

            @Override
            public void close() {}
        };
        return TestExchange.request("POST", "/").toBuilder().body(chunks).build();
    }

    @Test
    void aTunnelThatTheConnectionCannotCarryIsRefusedBeforeAnythingIsSent() {
        ProxyRequest upgrade = TestExchange.request("GET", "/").toBuilder()
                .upgrade("websocket")
                .build();

        assertThatThrownBy(() -> send(upgrade)).isInstanceOfSatisfying(ProxyException.class, why -> {
            assertThat(why.outcome()).isEqualTo(Outcome.NOT_SUPPORTED);
            assertThat(why.delivery()).isEqualTo(Delivery.NOT_SENT);
            assertThat(why).hasMessageContaining("upgrade to websocket needs tunnels, which this connection");
        });
        assertThat(done).containsExactly("close");
    }

    @Test
    void trailersThatTheConnectionCannotCarryAreLeftOut() throws Exception {
        send(upload());
        assertThat(done).containsExactly("send", "data .abc.", "end 0", "sent true");
    }

    @Test
    void trailersThatTheConnectionCanCarryAreSent() throws Exception {
        capabilities = Set.of(Capability.TRAILERS);
        send(upload());
        assertThat(done).containsExactly("send", "data .abc.", "end 1", "sent true");
    }

    @Test
    void aStreamThatKnowsThatNothingArrivedIsBelieved() {
        refusal = new ProxyException(Outcome.SEND_FAILED, Delivery.NOT_SENT, "the origin goes away");

        assertThatThrownBy(() -> send(upload()))
                .isInstanceOfSatisfying(
                        ProxyException.class, why -> assertThat(why.delivery()).isEqualTo(Delivery.NOT_SENT));
        assertThat(done).startsWith("send", "sent false").endsWith("close");
    }

    /** Notes the calls that it gets. Its head comes when the request has been sent. */
    private final class Stream implements OriginStream {
        @Override
        public Set<Capability> capabilities() {
            return capabilities;
        }

        @Override
        public boolean reused() {
            return false;
        }

        @Override
        public void send(byte @Nullable [] content) {
            done.add("send");
        }

        @Override
        public int roomBefore() {
            return 1;
        }

        @Override
        public int roomBehind() {
            return 1;
        }

        @Override
        public void data(byte[] buffer, int offset, int length) throws IOException {
            if (refusal != null) {
                throw refusal;
            }
            buffer[offset - 1] = '.';
            buffer[offset + length] = '.';
            done.add("data " + new String(buffer, offset - 1, length + 2, ISO_8859_1));
        }

        @Override
        public void end(Headers trailers) {
            done.add("end " + trailers.size());
        }

        @Override
        public void sent(boolean whole) {
            done.add("sent " + whole);
            answer.fire();
        }

        @Override
        public void breakRequest(IOException why) {
            done.add("break");
        }

        @Override
        public void headDeadline(long nanos) {}

        @Override
        public ResponseHead readHead() throws IOException {
            try {
                TimeSource.system().await(answer, TimeSource.NEVER);
            } catch (InterruptedException interrupt) {
                throw new IOException(interrupt);
            }
            if (refusal != null) {
                throw refusal;
            }
            return new ResponseHead(HttpVersion.HTTP_1_1, 204, Headers.empty());
        }

        @Override
        public Headers begin(ResponseHead head) {
            return head.headers();
        }

        @Override
        public @Nullable String protocol() {
            return null;
        }

        @Override
        public Tunnel tunnel() {
            throw new AssertionError("no tunnel");
        }

        @Override
        public long length() {
            return 0;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return -1;
        }

        @Override
        public int available() {
            return 0;
        }

        @Override
        public Headers trailers() {
            return Headers.empty();
        }

        @Override
        public void abort() {
            done.add("abort");
        }

        @Override
        public void close() {
            done.add("close");
        }
    }
}
