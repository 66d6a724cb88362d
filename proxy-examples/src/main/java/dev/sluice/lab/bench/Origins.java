package dev.sluice.lab.bench;

import java.util.List;

/**
 * An origin for each proxy. With thousands of clients all proxies together would need more connections to one address
 * than it has ports: about 28,000.
 *
 * @param each one for each proxy, in order
 */
record Origins(List<Origin> each) implements AutoCloseable {
    @Override
    public void close() {
        each.forEach(Origin::close);
    }
}
