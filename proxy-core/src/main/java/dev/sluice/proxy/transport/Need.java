package dev.sluice.proxy.transport;

import dev.sluice.proxy.Capability;

/**
 * Something that a configuration asks of the transport it runs on.
 *
 * @param capability what is needed
 * @param asker who needs it, in words, such as {@code route /chat}
 */
public record Need(Capability capability, String asker) {
    /** Who needs what. */
    @Override
    public String toString() {
        return asker + " needs " + capability.label();
    }
}
