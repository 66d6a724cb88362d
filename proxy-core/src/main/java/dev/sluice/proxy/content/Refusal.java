package dev.sluice.proxy.content;

import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.io.IOException;

/** How a message is refused for its body. The client is not to blame for a response. */
enum Refusal {
    OF_REQUEST {
        @Override
        ProxyException tooLong(int limit) {
            return ProxyException.refused(Outcome.LIMIT_EXCEEDED, "the body has more than " + limit + " bytes");
        }

        @Override
        ProxyException unsupported(String what) {
            return ProxyException.refused(Outcome.NOT_SUPPORTED, 415, what, Headers.empty());
        }

        @Override
        ProxyException invalid(String what, IOException why) {
            return ProxyException.refused(Outcome.BAD_REQUEST, what, String.valueOf(why.getMessage()));
        }
    },
    OF_RESPONSE {
        @Override
        ProxyException tooLong(int limit) {
            return new ProxyException(
                    Outcome.BAD_RESPONSE, Delivery.ANSWERED, "response's body longer than " + limit + " bytes");
        }

        @Override
        ProxyException unsupported(String what) {
            return new ProxyException(Outcome.BAD_RESPONSE, Delivery.ANSWERED, "a response is not rewritten: " + what);
        }

        @Override
        ProxyException invalid(String what, IOException why) {
            return new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "a response is not rewritten: " + what + ": " + why.getMessage(),
                    why);
        }
    };

    abstract ProxyException tooLong(int limit);

    abstract ProxyException unsupported(String what);

    abstract ProxyException invalid(String what, IOException why);
}
