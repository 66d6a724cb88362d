package dev.sluice.proxy.contract;

import dev.sluice.proxy.wire.TestTls;
import java.io.ByteArrayOutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** A client of one request over TLS. */
final class OverTls {
    private OverTls() {}

    /** Everything that a client receives that asks for this name and trusts its certificate. */
    static String exchange(InetSocketAddress address, String name, String request) throws Exception {
        try (SSLSocket socket = (SSLSocket)
                TestTls.client(name).getSocketFactory().createSocket(address.getAddress(), address.getPort())) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(name)));
            socket.setSSLParameters(parameters);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            ByteArrayOutputStream received = new ByteArrayOutputStream();
            socket.getInputStream().transferTo(received);
            return received.toString(StandardCharsets.ISO_8859_1);
        }
    }
}
