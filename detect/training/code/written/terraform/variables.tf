variable "region" {
  description = "Where everything runs"
  type        = string
  default     = "eu-central-1"
}

variable "zones" {
  type    = list(string)
  default = ["a", "b"]
}

variable "instance" {
  type = object({
    type = string
    size = number
  })
  validation {
    condition     = var.instance.size > 0
    error_message = "The size must be positive."
  }
}

locals {
  name = "${var.project}-${terraform.workspace}"
  tags = {
    Project   = var.project
    ManagedBy = "terraform"
  }
  ports = [for rule in var.rules : rule.port if rule.open]
}

data "aws_ami" "debian" {
  most_recent = true
  owners      = ["136693071363"]

  filter {
    name   = "name"
    values = ["debian-12-amd64-*"]
  }
}
