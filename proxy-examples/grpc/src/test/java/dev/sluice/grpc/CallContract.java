package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.route.Route;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import dev.sluice.proxy.transport.direct.Http2;
import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls of gRPC through the proxy, however the client's connection is. */
@Timeout(60)
abstract class CallContract {
    private static final OriginOptions HTTP2 = OriginOptions.builder().http2(true).build();

    private final DirectTransport transport = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();
    private final int closed = ClosedPort.find();
    private Shop shop;
    private ProxyServer proxy;
    private ManagedChannel channel;

    /** Adds to the server what the client needs. */
    abstract ProxyServer.Builder server(ProxyServer.Builder builder);

    abstract ManagedChannel channel(int port) throws Exception;

    @BeforeEach
    void start() throws Exception {
        shop = new Shop("one");
        proxy = server(ProxyServer.builder())
                .transport(transport)
                .addRoute(Route.path("/shop.Shop/**")
                        .to(transport.upstream("shop", URI.create("http://127.0.0.1:" + shop.port()), HTTP2)))
                .addRoute(Route.path("/down.Shop/**")
                        .to(transport.upstream("down", URI.create("http://127.0.0.1:" + closed), HTTP2)))
                .build()
                .start();
        channel = channel(proxy.address().getPort());
    }

    @AfterEach
    void end() throws Exception {
        channel.shutdownNow();
        channel.awaitTermination(10, TimeUnit.SECONDS);
        proxy.close();
        shop.close();
        transport.close();
    }

    private String ask(String request) {
        return ClientCalls.blockingUnaryCall(channel, Shop.ASK, CallOptions.DEFAULT, request);
    }

    private StreamObserver<String> talk(Heard heard) {
        return ClientCalls.asyncBidiStreamingCall(channel.newCall(Shop.TALK, CallOptions.DEFAULT), heard);
    }

    @Test
    void aCallIsAnswered() {
        assertThat(ask("tea")).isEqualTo("one: tea");
        assertThat(ask("")).isEqualTo("one: ");
    }

    @Test
    void messagesOfTheServerPassOneByOne() throws Exception {
        Heard heard = new Heard();
        ClientCalls.asyncServerStreamingCall(channel.newCall(Shop.LIST, CallOptions.DEFAULT), "3", heard);
        for (int i = 0; i < 3; i++) {
            assertThat(heard.isEmpty()).isTrue();
            shop.permits.release();
            assertThat(heard.message()).isEqualTo("item " + i);
        }
        assertThat(heard.status().isOk()).isTrue();
    }

    @Test
    void messagesOfTheClientPassOneByOne() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call =
                ClientCalls.asyncClientStreamingCall(channel.newCall(Shop.JOIN, CallOptions.DEFAULT), heard);
        for (String each : List.of("a", "b", "c")) {
            call.onNext(each);
            assertThat(shop.heard.poll(20, TimeUnit.SECONDS)).isEqualTo(each);
        }
        call.onCompleted();
        assertThat(heard.message()).isEqualTo("abc");
        assertThat(heard.status().isOk()).isTrue();
    }

    @Test
    void messagesOfBothPassWhileTheCallIsOpen() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call = talk(heard);
        for (int i = 0; i < 100; i++) {
            call.onNext("message " + i);
            assertThat(heard.message()).isEqualTo("message " + i);
        }
        call.onCompleted();
        assertThat(heard.status().isOk()).isTrue();
    }

    @Test
    void metadataPassInBothDirections() {
        Metadata sent = new Metadata();
        sent.put(Shop.TEXT, "a, b  c");
        sent.put(Shop.BYTES, new byte[] {0, 1, -1, 10});
        AtomicReference<Metadata> head = new AtomicReference<>();
        AtomicReference<Metadata> trailers = new AtomicReference<>();
        String answer = ClientCalls.blockingUnaryCall(
                ClientInterceptors.intercept(
                        channel,
                        MetadataUtils.newAttachHeadersInterceptor(sent),
                        MetadataUtils.newCaptureMetadataInterceptor(head, trailers)),
                Shop.ASK,
                CallOptions.DEFAULT,
                "tea");
        assertThat(answer).isEqualTo("one: tea");
        Metadata got = shop.metadata.remove();
        assertThat(got.get(Shop.TEXT)).isEqualTo("a, b  c");
        assertThat(got.get(Shop.BYTES)).containsExactly(0, 1, -1, 10);
        assertThat(head.get().get(Shop.TEXT)).isEqualTo("a, b  c");
        assertThat(head.get().get(Shop.BYTES)).containsExactly(0, 1, -1, 10);
        assertThat(trailers.get().get(Shop.LAST)).isEqualTo("a, b  c");
        assertThat(trailers.get().get(Shop.BYTES)).containsExactly(0, 1, -1, 10);
    }

    private StatusRuntimeException failure(io.grpc.MethodDescriptor<String, String> method, String request) {
        return failure(method, request, CallOptions.DEFAULT);
    }

    private StatusRuntimeException failure(
            io.grpc.MethodDescriptor<String, String> method, String request, CallOptions options) {
        return catchThrowableOfType(
                StatusRuntimeException.class,
                () -> ClientCalls.blockingUnaryCall(channel, method, options, request));
    }

    @Test
    void eachStatusPassesWithItsDetails() {
        for (int code = 1; code <= 16; code++) {
            StatusRuntimeException failure = failure(Shop.FAIL, code + " so: 100 % naïve\n");
            assertThat(failure.getStatus().getCode().value()).isEqualTo(code);
            assertThat(failure.getStatus().getDescription()).isEqualTo("so: 100 % naïve\n");
            assertThat(failure.getTrailers().get(Shop.LAST)).isEqualTo("over");
            assertThat(failure.getTrailers().get(Shop.DETAILS)).containsExactly(8, 5, 0, -1);
        }
    }

    @Test
    void theServerSeesThatTheClientCancels() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call = talk(heard);
        call.onNext("hello");
        assertThat(heard.message()).isEqualTo("hello");
        call.onError(Status.CANCELLED.asRuntimeException());
        assertThat(shop.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theServerSeesThatTheClientCancelsBeforeAnAnswer() throws Exception {
        var future = ClientCalls.futureUnaryCall(channel.newCall(Shop.WAIT, CallOptions.DEFAULT), "tea");
        assertThat(shop.waiting.poll(20, TimeUnit.SECONDS)).isEqualTo(-1);
        future.cancel(true);
        assertThat(shop.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theClientSeesThatTheServerCancels() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call = talk(heard);
        call.onNext("hello");
        assertThat(heard.message()).isEqualTo("hello");
        call.onNext("bye");
        Status status = heard.status();
        assertThat(status.getCode()).isEqualTo(Status.Code.CANCELLED);
        assertThat(status.getDescription()).isEqualTo("the shop closes");
        assertThat(ask("tea")).as("the connection is as good as before").isEqualTo("one: tea");
    }

    @Test
    void theClientSeesThatTheServerIsKilled() throws Exception {
        Heard heard = new Heard();
        StreamObserver<String> call = talk(heard);
        call.onNext("hello");
        assertThat(heard.message()).isEqualTo("hello");
        shop.shutdownNow();
        assertThat(heard.status().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }

    @Test
    void theServerSeesTheClientsDeadlineAndTheClientItsEnd() throws Exception {
        StatusRuntimeException late =
                failure(Shop.WAIT, "tea", CallOptions.DEFAULT.withDeadlineAfter(500, TimeUnit.MILLISECONDS));
        assertThat(late.getStatus().getCode()).isEqualTo(Status.Code.DEADLINE_EXCEEDED);
        assertThat(shop.waiting.poll(20, TimeUnit.SECONDS)).isBetween(0L, 500L);
        assertThat(shop.cancelled.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ask("tea")).isEqualTo("one: tea");
    }

    @Test
    void anOriginThatIsDownIsUnavailable() {
        var down = Shop.ASK.toBuilder().setFullMethodName("down.Shop/Ask").build();
        StatusRuntimeException failure = failure(down, "tea");
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        assertThat(failure.getStatus().getDescription()).startsWith("502 ");
    }

    @Test
    void aRouteThatDoesNotExistIsUnimplemented() {
        var nowhere =
                Shop.ASK.toBuilder().setFullMethodName("nowhere.Shop/Ask").build();
        StatusRuntimeException failure = failure(nowhere, "tea");
        assertThat(failure.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
        assertThat(failure.getStatus().getDescription()).startsWith("404 ");
        assertThat(failure(Shop.NONE, "tea").getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED);
    }

    @Test
    void aLargeMessagePassesInBothDirections() {
        String large = "0123456789abcdef".repeat(4 << 16);
        assertThat(ask(large)).isEqualTo("one: " + large);
    }

    @Test
    void aSlowReaderStopsNoOther() throws Exception {
        Heard slow = Heard.slow();
        ClientCalls.asyncServerStreamingCall(channel.newCall(Shop.FLOOD, CallOptions.DEFAULT), "400", slow);
        slow.message();
        List<Heard> others = new ArrayList<>();
        for (int i = 0; i < 99; i++) {
            Heard heard = new Heard();
            others.add(heard);
            ClientCalls.asyncServerStreamingCall(channel.newCall(Shop.FLOOD, CallOptions.DEFAULT), "3", heard);
        }
        for (Heard each : others) {
            for (int i = 0; i < 3; i++) {
                each.message();
            }
            assertThat(each.status().isOk()).isTrue();
        }
        assertThat(shop.flooded.get()).as("the slow one has stopped its own").isLessThan(99 * 3 + 400);
        slow.request(400);
        for (int i = 1; i < 400; i++) {
            slow.message();
        }
        assertThat(slow.status().isOk()).isTrue();
    }
}
