/** Types that several packages need, but users do not. Exported only to the balancer. */
@NullMarked
package dev.sluice.proxy.internal;

import org.jspecify.annotations.NullMarked;
