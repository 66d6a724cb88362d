package dev.sluice.proxy.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.doThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.Capability;
import dev.sluice.proxy.Upstream;
import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.route.Routes;
import dev.sluice.proxy.spi.Listener;
import dev.sluice.proxy.spi.Transport;
import dev.sluice.proxy.time.Signal;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** If one part of a server throws when it is closed, all other parts are closed nevertheless. */
class FailingCloseTest {
    private static final String ONE = "http://one.test";
    private static final String TWO = "http://two.test";

    private final IllegalStateException fault = new IllegalStateException("cannot be closed");
    private final Transport transport = mock(Transport.class);
    private final Listener listener = mock(Listener.class);
    private final Upstream one = mock(Upstream.class);
    private final Upstream two = mock(Upstream.class);
    private final AtomicBoolean owned = new AtomicBoolean();

    @BeforeEach
    void prepare() throws Exception {
        Signal stopped = new Signal();
        stopped.fire();
        when(transport.name()).thenReturn("mock");
        when(transport.listenerCapabilities()).thenReturn(EnumSet.allOf(Capability.class));
        when(transport.listen(any(), any())).thenReturn(listener);
        when(transport.upstream(any(), any(), any())).thenCallRealMethod();
        when(transport.upstream(ONE, URI.create(ONE))).thenReturn(one);
        when(transport.upstream(TWO, URI.create(TWO))).thenReturn(two);
        when(listener.address()).thenReturn(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        when(listener.stopAccepting()).thenReturn(stopped);
    }

    private ProxyServer server(Routes routes) {
        ProxyServer.Builder builder = ProxyServer.builder().transport(transport);
        routes.routes().forEach(builder::addRoute);
        return builder.addCloseable(() -> owned.set(true)).build().start();
    }

    private static Routes both() {
        return Routes.of(Route.path("/one").to(ONE), Route.path("/two").to(TWO));
    }

    @Test
    void ofAListenerThatCannotStop() {
        when(listener.stopAccepting()).thenThrow(fault);
        ProxyServer server = server(both());

        assertThatThrownBy(() -> server.close(Duration.ZERO)).isSameAs(fault);

        verify(listener).close();
        verify(one).close();
        verify(two).close();
        assertThat(owned).isTrue();
    }

    @Test
    void ofAListenerThatCannotBeClosed() {
        doThrow(fault).when(listener).close();
        ProxyServer server = server(both());

        assertThatThrownBy(() -> server.close(Duration.ZERO)).isSameAs(fault);

        verify(one).close();
        verify(two).close();
        assertThat(owned).isTrue();
    }

    @Test
    void ofAnUpstream() {
        doThrow(fault).when(one).close();
        ProxyServer server = server(both());

        server.close(Duration.ZERO);

        verify(two).close();
        assertThat(owned).isTrue();
    }

    @Test
    void ofAnUpstreamOfATableThatIsReplaced() {
        doThrow(fault).when(one).close();
        ProxyServer server = server(Routes.of(Route.path("/one").to(ONE)));

        server.routes(Routes.of(Route.path("/two").to(TWO)));

        verify(one).close();
        verify(two, never()).close();
        server.close(Duration.ZERO);
        verify(two).close();
    }

    @Test
    void ofAnythingThatIsClosedWithIt() {
        ProxyServer server = ProxyServer.builder()
                .transport(transport)
                .addCloseable(() -> {
                    throw new NoClassDefFoundError("such as at the end of a process");
                })
                .addCloseable(() -> owned.set(true))
                .build();

        server.close();

        assertThat(owned).isTrue();
    }
}
