package dev.sluice.proxy.testing.gateway;

import dev.sluice.proxy.testing.gateway.ReceivedRequest.Content;
import dev.sluice.proxy.testing.gateway.ReceivedRequest.Origin;
import java.io.IOException;
import java.util.function.IntSupplier;

/** A request whose head has come, and whose body comes as it is asked for. For one thread. */
final class Arrival {
    private final Origin origin;
    private final Source source;

    /** What comes of a request. */
    interface Source {
        /**
         * Waits until the body has so many bytes, or is whole.
         *
         * @return what has come then, perhaps malformed or cut
         * @throws IOException if nobody waits for the answer any more
         */
        Content upTo(int bodyBytes) throws IOException;

        /** No more of this request is waited for. */
        void dropRest(ReceivedRequest request);
    }

    Arrival(Origin origin, Source source) {
        this.origin = origin;
        this.source = source;
    }

    /**
     * The request once its body has so many bytes, or is whole.
     *
     * @param number that it would have then
     */
    ReceivedRequest upTo(int bodyBytes, IntSupplier number) throws IOException {
        Content content = source.upTo(bodyBytes);
        return new ReceivedRequest(number.getAsInt(), origin, content);
    }

    /** No more of this request is waited for. */
    void dropRest(ReceivedRequest request) {
        source.dropRest(request);
    }
}
