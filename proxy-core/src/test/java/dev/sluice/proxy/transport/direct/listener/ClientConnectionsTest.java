package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class ClientConnectionsTest {
    private final ClientShares shares = new ClientShares(1, 1);
    private final ClientConnections connections =
            new ClientConnections(shares, new HalfReadHeads(new ClientShares(1, 1), new LogLimit(1, () -> 0)));

    private static ClientConnection connection(int client) throws UnknownHostException {
        ClientConnection one = mock(ClientConnection.class);
        when(one.client()).thenReturn(InetAddress.getByName("127.0.0." + client));
        return one;
    }

    @Test
    void whereNoRoomCanBeMadeForLackOfMemoryNoPlaceIsLost() throws Exception {
        ClientConnection idle = connection(1);
        when(idle.closeIfIdle()).thenThrow(new OutOfMemoryError("thrown on purpose"));
        assertThat(connections.add(idle)).isNull();
        ClientConnection another = connection(2);
        assertThatThrownBy(() -> connections.add(another)).isInstanceOf(OutOfMemoryError.class);
        assertThat(connections.size()).isEqualTo(1);
        assertThat(shares.hasMoreThan(0, another.client())).isFalse();
        connections.remove(idle);
        assertThat(connections.add(another)).isNull();
    }
}
