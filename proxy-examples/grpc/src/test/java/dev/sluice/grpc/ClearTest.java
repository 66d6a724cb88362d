package dev.sluice.grpc;

import dev.sluice.proxy.server.ProxyServer;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;

/** Without TLS, by prior knowledge. */
class ClearTest extends CallContract {
    @Override
    ProxyServer.Builder server(ProxyServer.Builder builder) {
        return builder;
    }

    @Override
    ManagedChannel channel(int port) {
        return NettyChannelBuilder.forAddress("127.0.0.1", port)
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
    }
}
