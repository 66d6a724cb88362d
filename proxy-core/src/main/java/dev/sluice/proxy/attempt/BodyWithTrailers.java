package dev.sluice.proxy.attempt;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import java.io.InputStream;
import java.util.function.UnaryOperator;

/** A body whose trailers are changed on their way; everything else comes from the body that it wraps. */
public final class BodyWithTrailers extends Body {
    private final Body wrapped;
    private volatile UnaryOperator<Headers> change;

    /** A body without trailers, until {@link #trailers(UnaryOperator)} says which go on. */
    public BodyWithTrailers(Body wrapped) {
        this.wrapped = wrapped;
        this.change = received -> Headers.empty();
    }

    /** Sets the change of the trailers, once the head is known. */
    public void trailers(UnaryOperator<Headers> rule) {
        this.change = rule;
    }

    @Override
    public long length() {
        return wrapped.length();
    }

    @Override
    public boolean repeatable() {
        return wrapped.repeatable();
    }

    @Override
    public InputStream open() {
        return wrapped.open();
    }

    @Override
    public Headers trailers() {
        return change.apply(wrapped.trailers());
    }

    @Override
    public void close() {
        wrapped.close();
    }
}
