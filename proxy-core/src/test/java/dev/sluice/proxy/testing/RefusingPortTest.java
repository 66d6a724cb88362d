package dev.sluice.proxy.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RefusingPortTest {
    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.0.0.2"})
    void nobodyIsConnectedAndNobodyElseGetsIt(String address) throws Exception {
        InetAddress loopback = InetAddress.getByName(address);
        try (RefusingPort port = new RefusingPort()) {
            assertThatThrownBy(() -> new Socket(loopback, port.number()).close())
                    .isInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> new ServerSocket(port.number(), 1, loopback).close())
                    .isInstanceOf(BindException.class);
            assertThat(port.uri()).hasPort(port.number());
        }
    }
}
