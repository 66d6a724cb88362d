package dev.sluice.proxy.content;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyRequest;
import java.io.IOException;

/** Makes a new body of a plain one. */
interface BodyChange {
    /**
     * The new body. Reads the former one, or takes it over.
     *
     * @param fields those of the message
     * @param refused how the message is refused
     */
    Body change(ProxyRequest request, Headers fields, Body plain, Refusal refused) throws IOException;
}
