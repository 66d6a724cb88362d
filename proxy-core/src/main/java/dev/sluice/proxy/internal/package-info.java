/** What several packages need and no user of the library does. Exported to the balancer alone. */
@NullMarked
package dev.sluice.proxy.internal;

import org.jspecify.annotations.NullMarked;
