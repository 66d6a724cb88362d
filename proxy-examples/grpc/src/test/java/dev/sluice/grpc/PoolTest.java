package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.balancer.Member;
import dev.sluice.balancer.UpstreamPool;
import dev.sluice.proxy.server.ProxyServer;
import dev.sluice.proxy.transport.direct.DirectTransport;
import dev.sluice.proxy.transport.direct.DirectTransport.OriginOptions;
import dev.sluice.proxy.transport.direct.Http2;
import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCalls;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two servers behind one channel of a client. */
@Timeout(60)
class PoolTest {
    private final DirectTransport transport = DirectTransport.builder()
            .http2(Http2.builder().priorKnowledge(true).build())
            .build();
    private Shop one;
    private Shop other;
    private UpstreamPool pool;
    private ProxyServer proxy;
    private ManagedChannel channel;

    @BeforeEach
    void start() throws Exception {
        one = new Shop("one");
        other = new Shop("other");
        pool = UpstreamPool.builder()
                .transport(transport)
                .addMember(member("one", one))
                .addMember(member("other", other))
                .build();
        proxy = ProxyServer.builder()
                .transport(transport)
                .addRoute("/**", pool)
                .build()
                .start();
        channel = new ClearTest().channel(proxy.address().getPort());
    }

    private Member member(String id, Shop shop) {
        OriginOptions http2 = OriginOptions.builder().http2(true).build();
        return Member.of(transport.upstream(id, URI.create("http://127.0.0.1:" + shop.port()), http2));
    }

    @AfterEach
    void end() throws Exception {
        channel.shutdownNow();
        channel.awaitTermination(10, TimeUnit.SECONDS);
        proxy.close();
        pool.close();
        one.close();
        other.close();
        transport.close();
    }

    private String ask(String request) {
        return ClientCalls.blockingUnaryCall(channel, Shop.ASK, CallOptions.DEFAULT, request);
    }

    @Test
    void eachCallIsBalanced() {
        Set<String> answers = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            answers.add(ask("tea"));
        }
        assertThat(answers).containsExactlyInAnyOrder("one: tea", "other: tea");
        assertThat(one.calls.get() + other.calls.get()).isEqualTo(100);
    }

    @Test
    void aServerThatIsShutDownLosesNoCall() throws Exception {
        List<Heard> begun = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Heard heard = new Heard();
            begun.add(heard);
            ClientCalls.asyncUnaryCall(channel.newCall(Shop.PERMIT, CallOptions.DEFAULT), "call " + i, heard);
        }
        for (int i = 0; i < 10; i++) {
            awaitOneOf(one, other);
        }
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        List<CompletableFuture<Void>> clients = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            clients.add(CompletableFuture.runAsync(() -> {
                while (!over.get()) {
                    assertThat(ask("tea")).endsWith(": tea");
                    answered.incrementAndGet();
                }
            }));
        }
        await(answered, 200);
        one.shutdown();
        await(answered, answered.get() + 1_000);
        one.permits.release(10);
        other.permits.release(10);
        for (Heard each : begun) {
            assertThat(each.message()).contains(": call ");
            assertThat(each.status().isOk()).isTrue();
        }
        assertThat(one.awaitEnd()).isTrue();
        await(answered, answered.get() + 1_000);
        over.set(true);
        for (CompletableFuture<Void> each : clients) {
            each.get(20, TimeUnit.SECONDS);
        }
        int before = one.calls.get();
        assertThat(ask("tea")).isEqualTo("other: tea");
        assertThat(one.calls.get()).isEqualTo(before);
    }

    private static void awaitOneOf(Shop one, Shop other) throws InterruptedException {
        for (int i = 0; i < 20_000; i++) {
            if (one.heard.poll() != null || other.heard.poll(1, TimeUnit.MILLISECONDS) != null) {
                return;
            }
        }
        throw new AssertionError("no call came");
    }

    private static void await(AtomicInteger count, int least) {
        long endNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (count.get() < least) {
            assertThat(System.nanoTime() - endNanos)
                    .as("%s calls after 20 s instead of %s", count, least)
                    .isNegative();
            Thread.onSpinWait();
        }
    }
}
