package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.limit.Timeouts;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.testing.ManualTime;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import dev.sluice.proxy.transport.direct.Http2;
import io.grpc.CallOptions;
import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls on which nothing is said for long, by the proxy's clock, while client and server have their own. */
@Timeout(60)
class SilenceTest {
    private final ManualTime time = new ManualTime();
    private final DirectTransport transport = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();
    private Shop shop;
    private ProxyServer proxy;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        shop = new Shop("one");
        OriginOptions http2 = OriginOptions.builder().http2(true).build();
        proxy = ProxyServer.builder()
                .transport(transport)
                .time(time)
                .timeouts(Timeouts.builder()
                        .head(Duration.ofSeconds(1))
                        .idle(Duration.ofSeconds(1))
                        .tunnel(Duration.ofMinutes(10))
                        .build())
                .addRoute("/**", transport.upstream("shop", URI.create("http://127.0.0.1:" + shop.port()), http2))
                .build()
                .start();
        // 10 s is the shortest time that this client takes.
        channel = NettyChannelBuilder.forAddress(
                        "127.0.0.1", proxy.address().getPort())
                .usePlaintext()
                .keepAliveTime(10, TimeUnit.SECONDS)
                .keepAliveTimeout(2, TimeUnit.SECONDS)
                .keepAliveWithoutCalls(true)
                .build();
    }

    @AfterEach
    void end() throws Exception {
        channel.shutdownNow();
        channel.awaitTermination(10, TimeUnit.SECONDS);
        proxy.close();
        shop.close();
        transport.close();
    }

    private StreamObserver<String> talk(Heard heard) {
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(Shop.TALK, CallOptions.DEFAULT), heard);
    }

    @Test
    void aCallMayBeSilentForAsLongAsATunnel() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call = talk(heard);
        call.onNext("hello");
        assertThat(heard.message()).isEqualTo("hello");
        // Less than after what a server is asked whether it is there, as its answer needs real time.
        time.advance(Duration.ofSeconds(25));
        call.onNext("still there");
        assertThat(heard.message()).isEqualTo("still there");
        time.advance(Duration.ofMinutes(11));
        assertThat(heard.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void pingsOfTheClientAreAnswered() throws Exception {
        assertThat(ClientCalls.blockingUnaryCall(channel, Shop.ASK, CallOptions.DEFAULT, "tea"))
                .isEqualTo("one: tea");
        CountDownLatch changed = new CountDownLatch(1);
        channel.notifyWhenStateChanged(ConnectivityState.READY, changed::countDown);
        // Two pings, of which the second is sent only if the first was answered in time.
        assertThat(changed.await(22, TimeUnit.SECONDS)).isFalse();
        assertThat(ClientCalls.blockingUnaryCall(channel, Shop.ASK, CallOptions.DEFAULT, "tea"))
                .isEqualTo("one: tea");
    }
}
