package dev.sluice.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A server of gRPC with a method of each kind, whose messages are text. It shows what has come, and waits as it is told. */
final class Shop implements AutoCloseable {
    private static final int LARGE = 16 << 20;

    /** Answers with the name of the server and the request. */
    static final MethodDescriptor<String, String> ASK = method("Ask", MethodDescriptor.MethodType.UNARY);

    /** Fails as the request says: {@code 5 text}. */
    static final MethodDescriptor<String, String> FAIL = method("Fail", MethodDescriptor.MethodType.UNARY);

    /** Never answers. */
    static final MethodDescriptor<String, String> WAIT = method("Wait", MethodDescriptor.MethodType.UNARY);

    /** Answers when it is told by {@link #permits}. */
    static final MethodDescriptor<String, String> PERMIT = method("Permit", MethodDescriptor.MethodType.UNARY);

    /** Sends as many messages as the request says, each when it is told by {@link #permits}. */
    static final MethodDescriptor<String, String> LIST = method("List", MethodDescriptor.MethodType.SERVER_STREAMING);

    /** Sends as many messages of 64 KiB as the request says, as fast as they are taken. */
    static final MethodDescriptor<String, String> FLOOD = method("Flood", MethodDescriptor.MethodType.SERVER_STREAMING);

    /** Answers with all messages in one. */
    static final MethodDescriptor<String, String> JOIN = method("Join", MethodDescriptor.MethodType.CLIENT_STREAMING);

    /** Answers each message with it, {@code bye} with a status of its own. */
    static final MethodDescriptor<String, String> TALK = method("Talk", MethodDescriptor.MethodType.BIDI_STREAMING);

    /** Nobody serves it. */
    static final MethodDescriptor<String, String> NONE = method("None", MethodDescriptor.MethodType.UNARY);

    static final Metadata.Key<String> TEXT = Metadata.Key.of("x-text", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<byte[]> BYTES = Metadata.Key.of("x-bytes-bin", Metadata.BINARY_BYTE_MARSHALLER);
    static final Metadata.Key<String> LAST = Metadata.Key.of("x-last", Metadata.ASCII_STRING_MARSHALLER);
    static final Metadata.Key<byte[]> DETAILS =
            Metadata.Key.of("grpc-status-details-bin", Metadata.BINARY_BYTE_MARSHALLER);

    /** What calls have brought, in their order. */
    final BlockingQueue<Metadata> metadata = new LinkedBlockingQueue<>();

    /** The time that is left of a call that has begun to wait. */
    final BlockingQueue<Long> waiting = new LinkedBlockingQueue<>();

    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    final CountDownLatch cancelled = new CountDownLatch(1);
    final Semaphore permits = new Semaphore(0);
    final AtomicInteger calls = new AtomicInteger();

    /** How many messages of a flood were given to gRPC. */
    final AtomicInteger flooded = new AtomicInteger();

    private final String name;
    private final Server server;

    Shop(String name) throws IOException {
        this.name = name;
        this.server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .maxInboundMessageSize(LARGE)
                .addService(ServerInterceptors.intercept(service(), new Told()))
                .build()
                .start();
    }

    private static MethodDescriptor<String, String> method(String name, MethodDescriptor.MethodType type) {
        return MethodDescriptor.<String, String>newBuilder()
                .setType(type)
                .setFullMethodName("shop.Shop/" + name)
                .setRequestMarshaller(new Text())
                .setResponseMarshaller(new Text())
                .build();
    }

    private static final class Text implements MethodDescriptor.Marshaller<String> {
        @Override
        public InputStream stream(String value) {
            return new ByteArrayInputStream(value.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public String parse(InputStream stream) {
            try {
                return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    private ServerServiceDefinition service() {
        return ServerServiceDefinition.builder("shop.Shop")
                .addMethod(ASK, ServerCalls.asyncUnaryCall(this::ask))
                .addMethod(FAIL, ServerCalls.asyncUnaryCall(this::fail))
                .addMethod(WAIT, ServerCalls.asyncUnaryCall(this::await))
                .addMethod(PERMIT, ServerCalls.asyncUnaryCall(this::permit))
                .addMethod(LIST, ServerCalls.asyncServerStreamingCall(this::list))
                .addMethod(FLOOD, ServerCalls.asyncServerStreamingCall(this::flood))
                .addMethod(JOIN, ServerCalls.asyncClientStreamingCall(this::join))
                .addMethod(TALK, ServerCalls.asyncBidiStreamingCall(this::talk))
                .build();
    }

    private void ask(String request, StreamObserver<String> answer) {
        answer.onNext(name + ": " + request);
        answer.onCompleted();
    }

    private void fail(String request, StreamObserver<String> answer) {
        Metadata trailers = new Metadata();
        trailers.put(LAST, "over");
        trailers.put(DETAILS, new byte[] {8, 5, 0, -1});
        int space = request.indexOf(' ');
        answer.onError(Status.fromCodeValue(Integer.parseInt(request.substring(0, space)))
                .withDescription(request.substring(space + 1))
                .asRuntimeException(trailers));
    }

    private void await(String request, StreamObserver<String> answer) {
        ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(cancelled::countDown);
        var deadline = Context.current().getDeadline();
        waiting.add(deadline == null ? -1 : deadline.timeRemaining(TimeUnit.MILLISECONDS));
    }

    private void permit(String request, StreamObserver<String> answer) {
        heard.add(request);
        takePermit();
        ask(request, answer);
    }

    private void takePermit() {
        try {
            if (!permits.tryAcquire(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("nobody has permitted it");
            }
        } catch (InterruptedException interrupt) {
            throw new IllegalStateException(interrupt);
        }
    }

    private void list(String request, StreamObserver<String> answer) {
        for (int i = 0; i < Integer.parseInt(request); i++) {
            takePermit();
            answer.onNext("item " + i);
        }
        answer.onCompleted();
    }

    private void flood(String request, StreamObserver<String> answer) {
        var call = (ServerCallStreamObserver<String>) answer;
        int[] left = {Integer.parseInt(request)};
        String message = "x".repeat(64 << 10);
        call.setOnReadyHandler(() -> {
            while (call.isReady() && left[0] >= 0) {
                if (left[0]-- == 0) {
                    call.onCompleted();
                } else {
                    flooded.incrementAndGet();
                    call.onNext(message);
                }
            }
        });
    }

    private StreamObserver<String> join(StreamObserver<String> answer) {
        StringBuilder all = new StringBuilder();
        return new Each() {
            @Override
            public void onNext(String message) {
                heard.add(message);
                all.append(message);
            }

            @Override
            public void onCompleted() {
                answer.onNext(all.toString());
                answer.onCompleted();
            }
        };
    }

    private StreamObserver<String> talk(StreamObserver<String> answer) {
        ((ServerCallStreamObserver<String>) answer).setOnCancelHandler(cancelled::countDown);
        return new Each() {
            @Override
            public void onNext(String message) {
                if (message.equals("bye")) {
                    answer.onError(
                            Status.CANCELLED.withDescription("the shop closes").asRuntimeException());
                } else {
                    answer.onNext(message);
                }
            }

            @Override
            public void onCompleted() {
                answer.onCompleted();
            }
        };
    }

    private abstract static class Each implements StreamObserver<String> {
        @Override
        public void onError(Throwable failure) {
            // The cancel handler has been told.
        }
    }

    /** Keeps what a call brings, and sends some of it back, in the head and behind the messages. */
    private final class Told implements ServerInterceptor {
        @Override
        public <A, B> ServerCall.Listener<A> interceptCall(
                ServerCall<A, B> call, Metadata headers, ServerCallHandler<A, B> next) {
            calls.incrementAndGet();
            metadata.add(headers);
            return next.startCall(
                    new io.grpc.ForwardingServerCall.SimpleForwardingServerCall<>(call) {
                        @Override
                        public void sendHeaders(Metadata sent) {
                            if (headers.containsKey(TEXT)) {
                                sent.put(TEXT, headers.get(TEXT));
                            }
                            if (headers.containsKey(BYTES)) {
                                sent.put(BYTES, headers.get(BYTES));
                            }
                            super.sendHeaders(sent);
                        }

                        @Override
                        public void close(Status status, Metadata trailers) {
                            if (status.isOk() && headers.containsKey(TEXT)) {
                                trailers.put(LAST, headers.get(TEXT));
                                trailers.put(BYTES, headers.get(BYTES));
                            }
                            super.close(status, trailers);
                        }
                    },
                    headers);
        }
    }

    int port() {
        return server.getPort();
    }

    /** Takes no more calls, and lets those that have begun end. */
    void shutdown() {
        server.shutdown();
    }

    boolean awaitEnd() throws InterruptedException {
        return server.awaitTermination(20, TimeUnit.SECONDS);
    }

    /** Ends all calls at once. */
    void shutdownNow() {
        server.shutdownNow();
    }

    @Override
    public void close() throws InterruptedException {
        permits.release(1_000);
        server.shutdownNow();
        server.awaitTermination(20, TimeUnit.SECONDS);
    }
}
