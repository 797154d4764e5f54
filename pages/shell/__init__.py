"""What every page shares: navigation, controls, the publisher and the live route."""
