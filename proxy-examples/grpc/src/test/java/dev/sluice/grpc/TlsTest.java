package dev.sluice.grpc;

import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.TestAuthority;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

/** Over TLS, by ALPN. */
class TlsTest extends CallContract {
    private static final TestAuthority AUTHORITY = TestAuthority.create();

    @Override
    ProxyServer.Builder server(ProxyServer.Builder builder) {
        return builder.tls(AUTHORITY.server("localhost", "127.0.0.1"));
    }

    @Override
    ManagedChannel channel(int port) throws Exception {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .sslContext(GrpcSslContexts.forClient()
                        .trustManager(AUTHORITY.certificate())
                        .build())
                .maxInboundMessageSize(16 << 20)
                .build();
    }
}
