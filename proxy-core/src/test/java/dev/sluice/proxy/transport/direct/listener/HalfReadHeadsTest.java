package dev.sluice.proxy.transport.direct.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.internal.ClientShares;
import dev.sluice.proxy.internal.LogLimit;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import org.junit.jupiter.api.Test;

class HalfReadHeadsTest {
    private final ClientShares shares = new ClientShares(10, 0.5);
    private final HalfReadHeads heads = new HalfReadHeads(shares, new LogLimit(1, () -> 0));

    @Test
    void aConnectionThatCannotBeAddedTakesNoPlace() {
        InetAddress client = InetAddress.getLoopbackAddress();
        ClientConnection faulty = (ClientConnection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ClientConnection.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("client")) {
                        return client;
                    }
                    throw new OutOfMemoryError("thrown on purpose");
                });
        assertThatThrownBy(() -> heads.add(faulty)).isInstanceOf(OutOfMemoryError.class);
        assertThat(heads.size()).isZero();
        assertThat(shares.hasMoreThan(0, client)).isFalse();
    }
}
