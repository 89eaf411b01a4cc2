using LinearAlgebra
using Statistics, Random
using Plots

Random.seed!(42)

const N = 200
x = range(-1, 1; length=N)
y = @. 2x^2 - x + 0.1 * randn()

A = hcat(ones(N), x, x .^ 2)
β = A \ y
residual = norm(A * β - y)
@show β residual
println("mean = $(mean(y)), std = $(std(y))")

predict(z) = dot(β, [1, z, z^2])
p = scatter(x, y, label="data")
plot!(p, x, predict.(x), lw=2)
savefig(p, "fit.png")

@testset "fit" begin
    @test isapprox(β[3], 2; atol=0.2)
    @test_throws DomainError sqrt(-1)
end

macro twice(ex)
    quote
        $(esc(ex))
        $(esc(ex))
    end
end

mutable struct Counter
    n::Int64
    Counter() = new(0)
end

inc!(c::Counter) = (c.n += 1; c)
map(i -> i^2, filter(iseven, 1:10)) |> sum
xs = [f(a, b) for a in 1:3, b in 1:3 if a != b]
elseif_demo = x -> x > 0 ? :positive : :negative
