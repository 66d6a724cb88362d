package dev.sluice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What a client has heard on one call, message by message: a text, or the status at the end. */
final class Heard implements ClientResponseObserver<String, String> {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private final boolean slow;
    private ClientCallStreamObserver<String> call;

    Heard() {
        this(false);
    }

    private Heard(boolean slow) {
        this.slow = slow;
    }

    /** Takes the first message, and more only when it is asked to. */
    static Heard slow() {
        return new Heard(true);
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<String> stream) {
        call = stream;
        if (slow) {
            stream.disableAutoRequestWithInitial(1);
        }
    }

    void request(int messages) {
        call.request(messages);
    }

    @Override
    public void onNext(String message) {
        events.add(message);
    }

    @Override
    public void onError(Throwable failure) {
        events.add(Status.fromThrowable(failure));
    }

    @Override
    public void onCompleted() {
        events.add(Status.OK);
    }

    private Object next() throws InterruptedException {
        Object event = events.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("the next message, or the end").isNotNull();
        return event;
    }

    String message() throws InterruptedException {
        Object event = next();
        assertThat(event).isInstanceOf(String.class);
        return (String) event;
    }

    Status status() throws InterruptedException {
        Object event = next();
        assertThat(event).isInstanceOf(Status.class);
        return (Status) event;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }
}
