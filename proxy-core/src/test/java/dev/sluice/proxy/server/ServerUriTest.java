package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Service;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.time.Signal;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The URL that a server gives to clients on its machine. */
class ServerUriTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, http://127.0.0.1:8080",
        "::1, http://[::1]:8080",
        "192.0.2.7, http://192.0.2.7:8080",
        "0.0.0.0, http://127.0.0.1:8080",
        "::, http://127.0.0.1:8080"
    })
    void itIsOneThatAClientOnThisMachineCanUse(String host, String uri) {
        try (ProxyServer server = at(host).build().start()) {
            assertThat(server.uri()).isEqualTo(URI.create(uri));
        }
    }

    @Test
    void theSchemeIsHttpsOverTls() {
        try (ProxyServer server = at("127.0.0.1").tls(name -> null).build().start()) {
            assertThat(server.uri()).isEqualTo(URI.create("https://127.0.0.1:8080"));
        }
    }

    @Test
    void aServerThatWasNotStartedHasNone() {
        assertThatIllegalStateException()
                .isThrownBy(() -> at("127.0.0.1").build().uri())
                .withMessage("the server was not started");
    }

    private static ProxyServer.Builder at(String host) {
        return ProxyServer.builder().transport(new NoSockets(host)).daemon(true);
    }

    /** A transport that reports an address at which it does not listen. */
    private record NoSockets(String host) implements Transport {
        @Override
        public String name() {
            return "without sockets";
        }

        @Override
        public Set<Capability> upstreamCapabilities() {
            return Set.of();
        }

        @Override
        public Upstream upstream(String id, URI uri) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<Capability> listenerCapabilities() {
            return Set.of(Capability.TLS_BY_NAME);
        }

        @Override
        public Listener listen(Listener.Settings settings, Service service) {
            return new Listener() {
                @Override
                public InetSocketAddress address() {
                    return new InetSocketAddress(host, 8080);
                }

                @Override
                public Signal stopAccepting() {
                    Signal quiet = new Signal();
                    quiet.fire();
                    return quiet;
                }

                @Override
                public void close() {}
            };
        }
    }
}
