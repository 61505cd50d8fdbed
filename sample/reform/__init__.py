"""What the sample city's reform office and monitoring point have done before anybody signs in. All of it is invented."""
